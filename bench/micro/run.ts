import { Bench } from 'tinybench'
import { pollerNumber } from '../../src/resource/poller-number.ts'
import { failedJson, jsonChecks } from '../../src/poll/checks/json-check.ts'
import { parseJsonCheck } from '../../src/settings/json-check.ts'
import { makePattern } from '../../src/settings/pattern.ts'
import { classify } from '../../src/poll/attempt/classify.ts'
import { JsonPrinter } from '../../src/print/text/json-printer.ts'
import { ResourceBatch, unpackResources } from '../../src/resource/resource-batch.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import type { Resource, ResourceId, Url } from '../../src/resource/resource.ts'
import { Schedule } from '../../src/schedule/schedule.ts'
import { StateBatch, unpackStates } from '../../src/state/state-batch.ts'
import type { SentState } from '../../src/state/state-batch.ts'
import { StateMap } from '../../src/state/state-map.ts'
import type { State } from '../../src/state/state.ts'

// Costs of the parts that every poll passes, and of checks of a body, each on its own. Arguments: how long each is run, in ms; how many URLs there
// are. Prints, as JSON, the ns that one item takes.

const timeMs = Number(process.argv[2])
const urls = Number(process.argv[3])
const BATCH = 64
const INTERVAL_MS = 60_000

const bench = new Bench({ time: timeMs, warmupTime: timeMs / 4 })
/** How many items one call of each has handled. */
const items = new Map<string, number>()

function add(name: string, count: number, call: () => void): void {
  items.set(name, count)
  bench.add(name, call)
}

const table = new ResourceTable()
for (let index = 0; index < urls; index++) {
  table.add(`http://127.${index % 250}.0.1:8080/${index}` as Url)
}
const resources = Array.from({ length: BATCH }, (_, id): Resource => ({
  ...table.read(id as ResourceId),
  verdict: 'up',
}))
const states = resources.map(stateOf)

function stateOf({ id, url, generation }: Resource): State {
  return {
    id,
    url,
    generation,
    at: Date.now(),
    method: 'HEAD',
    errCount: 0,
    durationMs: 12.5,
    phasesMs: { dns: 0, connect: 3, tls: 0, wait: 9 },
    lateMs: 0.3,
    stalledMs: 1.5,
    status: 200,
    statusText: 'OK',
    detail: '',
    redirects: 0,
    finalUrl: url,
    address: '127.0.0.1',
    httpVersion: '1.1',
    tls: null,
    rechecked: false,
    poller: pollerNumber(0),
    verdict: 'up',
    reason: 'ok',
  }
}

function packResources(): ArrayBuffer {
  const batch = new ResourceBatch()
  for (const resource of resources) batch.add(resource)
  return batch.take()
}
const packedResources = packResources()
add('ResourceBatch: pack', BATCH, packResources)
add('ResourceBatch: unpack', BATCH, () => unpackResources(packedResources))

function packStates(): ArrayBuffer {
  const batch = new StateBatch()
  for (const state of states) batch.add(state)
  return batch.take()
}
const packedStates = packStates()
let seen = 0
add('StateBatch: pack', BATCH, packStates)
add('StateBatch: unpack', BATCH, () => unpackStates(packedStates, () => seen++))

// As many become due between two calls as one batch takes, so each call wakes, lends and settles BATCH on average.
const options = { intervalMs: INTERVAL_MS, errorBackoffMs: 0, maxBackoffMs: 0, once: false }
const room = { pollers: 1, concurrency: 512, hostConcurrency: 512 }
const schedule = new Schedule(table, { ...options, ...room }, 0)
let now = 0
add(`Schedule of ${urls.toLocaleString('en')}: wake, lend, unpack, settle`, BATCH, () => {
  now += (INTERVAL_MS * BATCH) / urls
  schedule.wake(now)
  for (let batch = schedule.lend(0); batch !== null; batch = schedule.lend(0)) {
    for (const resource of unpackResources(batch.take())) {
      resource.verdict = 'up'
      schedule.takeBack(resource, now)
    }
  }
})

const map = new StateMap()
for (const id of table.ids()) map.add(id, table.url(id))
const sent: SentState[] = []
unpackStates(packedStates, (state) => sent.push(state))
let at = 0
add(`StateMap of ${urls.toLocaleString('en')}: set`, BATCH, () => {
  for (const state of sent) {
    at = (at + 7919) % urls // A prime: neighbours are not set one after the other.
    map.set({ ...state, id: at as ResourceId })
  }
})

const printer = new JsonPrinter(
  { write: (line) => void (seen += line.length), dropped: 0, flush: () => Promise.resolve() },
  { changes: false },
)
add('JsonPrinter: a State', BATCH, () => {
  for (const state of sent) printer.state(state, false, map)
})

const errors = [
  Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', address: '127.0.0.1', port: 80 }),
  Object.assign(new Error('unable to verify'), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
  Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }),
  Object.assign(new Error('Parse Error'), { name: 'HTTPParserError', code: 'HPE_INVALID_CONSTANT' }),
]
add('classify', errors.length, () => {
  for (const error of errors) classify(error)
})

// A check of a body is rare and a poll is not, but all polls of a thread wait while one is checked.
const PAGE = `${'<p class="row">one of the lines of a page, with some text &amp; 12.5</p>\n'.repeat(150)}<b>Status: 200</b>`
const text = makePattern('Status: 200')
add('body of 10 KB: a text', 1, () => text.test(PAGE))
for (const source of ['Status: 200', 'Status: \\d+', '(?:alpha|beta|gamma) ready', '[^x]{1,60}zz']) {
  const [linear, backtracking] = [makePattern(`/${source}/`), new RegExp(source, 'u')]
  add(`body of 10 KB: /${source}/ by re2js`, 1, () => linear.test(PAGE))
  add(`body of 10 KB: /${source}/ by RegExp`, 1, () => backtracking.test(PAGE))
}
const DOCUMENT = JSON.stringify({
  status: 'ok',
  items: Array.from({ length: 150 }, (_, id) => ({
    id,
    name: `item ${id}`,
    tags: ['a', 'b'],
    price: id / 4,
  })),
})
for (const check of ['status=ok', 'items[*].id<1000', '$..price<1000', 'items[?@.id == 100].price>1']) {
  const compiled = jsonChecks([parseJsonCheck(check)])
  add(`JSON of 10 KB: ${check}`, 1, () => failedJson(compiled, DOCUMENT))
}

await bench.run()
const results = bench.tasks.map(({ name, result }) => {
  if (result.state !== 'completed') throw new Error(`${name}: ${result.state}`)
  return { name, ns: (result.latency.mean * 1e6) / (items.get(name) as number) }
})
process.stdout.write(`${JSON.stringify(results)}\n`)
