import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bundleProgram } from '../../test/run/build-program.ts'
import { medianMs } from '../lib/ask.ts'
import { Child } from '../lib/child.ts'
import { makeUrls, originAddress, writeList } from '../lib/lists.ts'
import { freePort } from '../lib/ports.ts'
import { peakBytes } from '../lib/proc.ts'
import { startNginx } from '../origin/nginx.ts'

// A long list with its page and its history in a file, end to end: node bench/micro/page-and-history.ts [URLs] [rounds] [interval in s]. nginx
// answers for 1,000 origins. headcount starts with a new history, and again with that history; each time this prints how long it takes until
// the page is there, until the first poll and until all were polled, then what a round costs, how long questions take, and how it ends.

const urls = Number(process.argv[2] ?? 1_000_000)
const rounds = Number(process.argv[3] ?? 2)
const interval = Number(process.argv[4] ?? 60)
const ORIGINS = 1_000
const program = bundleProgram()
const directory = mkdtempSync(join(tmpdir(), 'headcount-bench-'))
const history = join(directory, 'history.db')
const list = join(directory, 'list.txt')
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`

async function metrics(base: string): Promise<Map<string, number>> {
  const text = await (await fetch(`${base}/metrics`)).text()
  return new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}

/** Sums the values of a metric over its labels. */
function total(values: Map<string, number>, name: string): number {
  let sum = 0
  for (const [key, value] of values) if (key === name || key.startsWith(`${name}{`)) sum += value
  return sum
}

/** Resolves with the time since `began` when an attempt succeeds, in s. */
async function whenDone(began: number, attempt: () => Promise<boolean>): Promise<string> {
  for (;;) {
    if (await attempt().catch(() => false)) return ((performance.now() - began) / 1_000).toFixed(1)
    await sleep(20)
  }
}

async function run(name: string, origin: { count(): Promise<number> }): Promise<void> {
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const flags = `-f ${list} --keep-alive -i ${interval}s --format log --status-interval 480h --metrics-urls 0 --listen ${port}`
  const polledBefore = await origin.count()
  const began = performance.now()
  let last = ''
  const child = await Child.start(
    process.execPath,
    [program, ...flags.split(' '), '--history', history, '--history-size', '4GB'],
    { core: null, onLine: (line) => (last = line) },
  )
  const isOk = (path: string) => async () => {
    child.check()
    const answer = await fetch(base + path)
    await answer.arrayBuffer()
    return answer.ok
  }
  // nginx counts these questions too.
  let questions = 0
  const polled = async (most: number) => (await origin.count()) - polledBefore - ++questions >= most
  const [page, first, asked, all] = await Promise.all([
    whenDone(began, isOk('/')),
    whenDone(began, () => polled(1)),
    whenDone(began, isOk('/api/v1/incidents')),
    whenDone(began, () => polled(urls)),
  ])
  say(`${name}: page after ${page} s, first poll ${first} s, history ${asked} s, all polled ${all} s`)
  const before = await metrics(base)
  const from = performance.now()
  await sleep(rounds * interval * 1_000)
  const after = await metrics(base)
  const seconds = (performance.now() - from) / 1_000
  const rate = (metric: string) => ((total(after, metric) - total(before, metric)) / seconds).toFixed(3)
  const threads = [...after.keys()].filter((key) => key.startsWith('headcount_thread_cpu_seconds_total'))
  say(
    `  ${rate('headcount_polls_total')} polls a second, skipped ${rate('headcount_polls_skipped_total')} a second`,
  )
  for (const thread of threads) say(`  ${thread}: ${rate(thread)} of a core`)
  say(`  polls not recorded: ${total(after, 'headcount_history_dropped_total')}`)
  await ask(base)
  say(
    `  peak of resident memory: ${megabytes(peakBytes(child.pid))}; history: ${megabytes(statSync(history).size)}`,
  )
  const ends = performance.now()
  await child.stop()
  say(`  ended in ${((performance.now() - ends) / 1_000).toFixed(1)} s; ${last}${child.stderr}`)
}

/** Prints how long answers take: medians of ten. */
async function ask(base: string): Promise<void> {
  const { urls: rows } = (await (await fetch(`${base}/api/v1/urls?q=127.1.3.9&limit=1`)).json()) as {
    urls: readonly { readonly url: string }[]
  }
  const url = encodeURIComponent(rows[0]?.url ?? '')
  const day = new Date(Date.now() - 86_400_000).toISOString()
  const paths = [
    '/',
    '/api/v1/wall',
    '/api/v1/urls',
    '/api/v1/urls?q=nothing-has-this',
    '/api/v1/urls?q=127.1.3.9',
    '/api/v1/urls?sort=slowest',
    `/api/v1/url?u=${url}`,
    `/api/v1/history?u=${url}&from=${day}`,
    '/api/v1/incidents',
    '/metrics',
  ]
  for (const path of paths)
    say(`  ${path}: ${await medianMs(base + path, 10).then((ms) => `${ms.toFixed(0)} ms`, String)}`)
}

const origin = await startNginx(
  join(directory, 'nginx'),
  { pair: null, http2: false, page: '', counts: 'requests' },
  null,
)
try {
  writeList(
    list,
    makeUrls(ORIGINS, urls, (index) => `http://${originAddress(index)}:${origin.port}`),
  )
  await run('new history', origin)
  await run('restart', origin)
} finally {
  await origin.stop()
  rmSync(directory, { recursive: true })
}
