import { createServer } from 'node:http'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { FIXED_PAIR } from '../helpers/fixed-pair.ts'
import { seeded } from '../helpers/random.ts'
import { resource, TestPoller } from '../helpers/test-poller.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import { parseProxySetting } from '../../src/settings/proxy.ts'
import { STARTTLS } from '../../src/settings/starttls.ts'
import type { Overrides } from '../../src/settings/url-options.ts'
import { LOCAL_CAUSES } from '../../src/state/local-causes.ts'
import type { State } from '../../src/state/state.ts'
import { pick } from './bytes.ts'
import { addressOf, startServers } from './servers.ts'
import type { FuzzServers } from './servers.ts'

// `npm run fuzz -- --seconds 60 --seed 1` polls servers that answer with mistakes in every protocol that headcount reads, the same for
// the same seed, beside healthy ones. No answer may end the process, keep a poll beyond its deadline, leave anything behind, or change
// the verdict of another URL.

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    /** The number of the first case: a run that failed goes on from there. */
    from: { type: 'string', default: '0' },
  },
})
const seed = Number(values.seed)
const say = (line: string) => void process.stdout.write(`${line}\n`)

/** Cases that are polled at once. */
const CASES = 96
/** The deadline of a case and of a healthy URL, in ms. */
const DEADLINE_MS = 400
const HEALTHY_MS = 60_000
/** Rounds with one poller, after which nothing of it may be left. */
const ROUNDS = 12
/** The heap may differ by so much from one measurement to another, in MB. */
const MAX_GROWTH_MB = 8

/** The detail of a poll that ended in an exception. */
const BUG = LOCAL_CAUSES['unknown-error'].text

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

/** The first case of the round. */
let first = Number(values.from)
const here = () =>
  `seed ${seed}, cases ${first} to ${first + CASES - 1}: --seed ${seed} --from ${first} repeats them`
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    say(`${event} at ${here()}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    process.exit(1)
  })
}

/** The URL of a case and its settings. */
function caseOf(n: number, { ports, resolver }: FuzzServers): readonly [url: string, overrides: Overrides] {
  const random = seeded(seed ^ (n + 0x5bd1e995))
  const host = addressOf(n)
  const checks: Overrides = pick(random, [
    {},
    { body: ['none'] },
    { body: ['/r.ady/'], bodyLimit: 100 },
    { json: [['$..status', '=', 'ok']] },
    { bodyNot: ['zzz'], maxSize: 20_000, keepAlive: true },
    { responseHeaders: [['content-type', '/json/']] },
  ])
  const talk = [
    ['send', 'x'],
    ['expect', '/PONG$/'],
  ] as const
  const made: (() => readonly [string, Overrides])[] = [
    () => [`http://${host}:${ports.http}/`, checks],
    () => [`http://${host}:${ports.http}/`, checks],
    () => [`https://${host}:${ports.h2}/`, { ...checks, http2: true, insecure: true }],
    () => [`grpc://${host}:${ports.grpc}`, {}],
    () => [`https://${host}:${ports.tls}/`, { insecure: random.below(2) === 0 }],
    () => [`tcp://${host}:${ports.talk}`, { talk }],
    () => [`ws://${host}:${ports.ws}/`, { talk }],
    () => {
      const starttls = pick(random, STARTTLS)
      return [`tls://${host}:${ports[starttls]}`, { starttls }]
    },
    () => [`http://c${n}.test:${ports.http}/`, {}],
    () => [
      `dns://${resolver}/c${n}.test?type=${pick(random, ['A', 'MX', 'TXT', 'SRV', 'CAA', 'SOA', 'PTR'])}`,
      {},
    ],
    () => {
      const proxy = parseProxySetting(
        `${pick(random, ['http', 'socks5', 'socks5h'])}://${host}:${ports.proxy}`,
      )
      return [pick(random, ['http://127.0.0.1:1/', 'https://127.0.0.1:1/', 'tcp://127.0.0.1:1']), { proxy }]
    },
  ]
  return pick(random, made)()
}

const openHandles = () =>
  process.getActiveResourcesInfo().filter((name) => !/^(PipeWrap|TTYWrap|Timeout|Immediate)$/.test(name))
    .length

interface Leftovers {
  readonly descriptors: number
  readonly heapMb: number
}

async function measure(servers: FuzzServers, handles: number): Promise<Leftovers> {
  await waitUntil(() => servers.open() === 0 && openHandles() <= handles)
  for (let times = 0; times < 3; times++) {
    gc()
    await turn()
  }
  return { descriptors: readdirSync('/proc/self/fd').length, heapMb: process.memoryUsage().heapUsed / 1e6 }
}

/** Polls of one round; throws if a healthy URL is not up. */
async function round(poller: TestPoller, servers: FuzzServers, healthy: readonly string[]): Promise<State[]> {
  const cases = Array.from({ length: CASES }, (_, n) => caseOf(first + n, servers))
  poller.setProfiles([
    ...cases.map(([, overrides], n): [number, Overrides] => [
      n + 1,
      { ...overrides, timeoutMs: DEADLINE_MS },
    ]),
    [CASES + 1, { timeoutMs: HEALTHY_MS }],
  ])
  const polls = cases.map(([url], n) => poller.poll(resource(url, { profile: n + 1 })))
  const states = await Promise.all(healthy.map((url) => poller.pollWithoutStall(url, { profile: CASES + 1 })))
  const wrong = states.filter(({ verdict }) => verdict !== 'up')
  if (wrong.length > 0)
    throw new Error(
      wrong.map(({ url, reason, detail }) => `${url} is healthy, but ${reason}: ${detail}`).join('\n'),
    )
  const found = await Promise.all(polls)
  const bug = found.find(({ reason, detail }) => reason === 'local' && detail.startsWith(BUG))
  if (bug !== undefined) throw new Error(`${bug.url}: ${bug.detail}`)
  return found
}

/** Fails if it takes much longer than any deadline: what never ends must not make the run wait without end. */
async function withinTime<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('a poll has not ended')), HEALTHY_MS * 2)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}

async function fuzz(): Promise<void> {
  const servers = await startServers(seed, FIXED_PAIR)
  const site = createServer((_, response) => void response.end('ready'))
  site.listen(0, '127.0.0.1')
  await once(site, 'listening')
  const { port } = site.address() as AddressInfo
  const healthy = [
    ...['', 'localhost'].map((name) => `http://${name === '' ? '127.0.0.1' : name}:${port}/`),
    `http://right.test:${port}/`,
    `tcp://127.0.0.1:${port}`,
    `dns://${servers.resolver}/right.test`,
  ]
  const handles = openHandles()
  const reasons: Record<string, number> = {}
  const leftovers: Leftovers[] = []
  const end = performance.now() + Number(values.seconds) * 1_000
  let polls = 0
  while (performance.now() < end || leftovers.length < 3) {
    const poller = new TestPoller({
      resolvers: [servers.resolver],
      concurrency: 512,
      hostConcurrency: 64,
      recheck: false,
    })
    for (let n = 0; n < ROUNDS; n++, first += CASES) {
      for (const { reason } of await withinTime(round(poller, servers, healthy))) {
        reasons[reason] = (reasons[reason] ?? 0) + 1
        polls++
      }
    }
    await poller.close()
    site.closeAllConnections()
    leftovers.push(await measure(servers, handles))
  }
  // The first measurement is before the caches are full.
  const [, before, ...later] = leftovers as [Leftovers, Leftovers, ...Leftovers[]]
  const last = later.at(-1) as Leftovers
  say(`seed ${seed}: ${polls} polls: ${JSON.stringify(reasons)}`)
  say(
    `descriptors ${before.descriptors}, then ${last.descriptors}; heap ${before.heapMb.toFixed(1)} MB, then ${last.heapMb.toFixed(1)} MB`,
  )
  if (last.descriptors > before.descriptors || last.heapMb - before.heapMb > MAX_GROWTH_MB)
    throw new Error('it has grown')
  await servers.close()
  site.close()
}

try {
  await fuzz()
} catch (error) {
  say(`failed at ${here()}\n${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}
