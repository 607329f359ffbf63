import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ChangingList } from '../chaos/changing-list.ts'
import type { PortsReply, ReportReply, ServersRequest, ServersReply } from '../chaos/servers.ts'
import { OutputChecker } from '../chaos/output-checker.ts'
import { ThreadControl } from '../chaos/thread-control.ts'
import { forkServer, pathBeside, startHeadcount } from '../helpers/processes.ts'
import { seeded } from '../helpers/random.ts'
import { CASES } from '../helpers/verdict-cases.ts'
import { HeapReports } from './heap-reports.ts'
import { plot } from './plot.ts'
import { median, slope } from './series.ts'
import type { Series } from './series.ts'
import { startServer } from './start-server.ts'

const ORIGINS = 200
const URLS = 4_500
const HOSTILE = 500
const KILL_EVERY_MS = 5_000
const CHANGE_EVERY_MS = 60_000
const SAMPLE_EVERY_MS = 10_000
/** Slopes begin here, in minutes, since caches fill first. */
const WARM_UP_MINUTES = 10

const MB = 1_000_000
const pathTo = (name: string) => pathBeside(import.meta.url, name)

/** The length of the run, and the seed of its faults and changes. */
export interface LongOptions {
  readonly minutes: number
  /** The file for the plot, as SVG; null: none. */
  readonly plot: string | null
  readonly seed: number
  say(line: string): void
}

/**
 * Runs the whole program for a long time: a tenth of the URLs is hostile, a poller is killed every few seconds, the list changes
 * every minute. Prints memory, descriptors and lateness. Returns false if a verdict is wrong, a summary does not add up, or the
 * program does not exit with 0.
 */
export async function long({ minutes, plot: file, seed, say }: LongOptions): Promise<boolean> {
  const random = seeded(seed)
  const threads = new ThreadControl()
  const heaps = new HeapReports()
  const chaosPort = await threads.listen()
  const heapPort = await heaps.listen()
  const { child: servers, address } = await forkServer(pathTo('../chaos/servers.ts'), [String(ORIGINS)])
  const { ports } = address as PortsReply
  const hostile = await startServer('hostile')
  const violations: string[] = []
  const note = (said: ReportReply) => {
    for (const url of said.twice) violations.push(`${url} was polled twice at a time`)
  }
  servers.on('message', (said: ServersReply) => said.type === 'report' && note(said))

  const cases = Object.keys(CASES)
  const hostileUrls = Array.from(
    { length: HOSTILE },
    (_, n) => `http://127.0.0.1:${hostile.address}/${cases[n % cases.length]}?${n}`,
  )
  const folder = mkdtempSync(join(tmpdir(), 'headcount-soak-'))
  const list = new ChangingList(join(folder, 'urls.txt'), ports, URLS, random, hostileUrls)
  const stream = new OutputChecker(list, (url) => {
    return ports.includes(Number(new URL(url).port)) ? 'up' : expectedVerdict(url)
  })

  const flags = ['-p', '3', '-i', '10s', '-t', '2s', '--error-backoff', '0s', '--host-concurrency', '32']
  const preloads = `--import ${pathTo('../chaos/thread.ts')} --import ${pathTo('heap.ts')}`
  let pollersLost = 0
  let changes = 0
  const { child, isAlive, ended } = startHeadcount([...flags, '--status-interval', '10s', '-f', list.file], {
    urls: null,
    env: { CHAOS_PORT: String(chaosPort), HEAP_PORT: String(heapPort), NODE_OPTIONS: preloads },
    onLine: (line) => stream.line(line),
    onError(line) {
      if (/^poller \d+ was lost \(/.test(line)) pollersLost++
      else if (list.acknowledge(line)) changes++
    },
  })

  const began = performance.now()
  const now = () => (performance.now() - began) / 60_000
  const series = {
    resident: { name: 'resident memory', unit: 'MB', points: [] },
    main: { name: 'heap of main', unit: 'MB', points: [] },
    monitor: { name: 'heap of monitor', unit: 'MB', points: [] },
    pollers: { name: 'heap of a poller', unit: 'MB', points: [] },
    descriptors: { name: 'descriptors', unit: '', points: [] },
    late50: { name: 'lateness, p50', unit: 'ms', points: [] },
    late99: { name: 'lateness, p99', unit: 'ms', points: [] },
  } satisfies Record<string, Series>
  const all: Series[] = Object.values(series)
  const add = ({ points }: Series, value: number | null) => {
    if (value !== null) points.push([now(), value])
  }
  const sample = () => {
    servers.send({ type: 'report' } satisfies ServersRequest)
    if (stream.last === null || !isAlive()) return
    add(series.resident, stream.last.rssBytes / MB)
    for (const [role, one] of [
      ['main', series.main],
      ['monitor', series.monitor],
      ['poller', series.pollers],
    ] as const) {
      const bytes = heaps.mean(role)
      add(one, bytes === null ? null : bytes / MB)
    }
    add(series.descriptors, readdirSync(`/proc/${child.pid}/fd`).length)
    add(series.late50, stream.last.latenessMs.p50)
    add(series.late99, stream.last.latenessMs.p99)
  }
  const timers = [
    setInterval(() => {
      threads.fail('poller', random.below(1_000), random.below(3) === 0 ? 'throw' : 'exit')
    }, KILL_EVERY_MS),
    setInterval(() => list.changing || list.change(), CHANGE_EVERY_MS),
    setInterval(sample, SAMPLE_EVERY_MS),
  ]
  const end = began + minutes * 60_000
  while (performance.now() < end && isAlive()) await sleep(250)
  for (const timer of timers) clearInterval(timer)
  child.kill('SIGTERM')
  const [code, signal] = await ended
  if (code !== 0) violations.push(`it ended with ${code ?? signal}`)
  servers.disconnect()
  hostile.child.disconnect()
  threads.close()
  heaps.close()
  rmSync(folder, { recursive: true })
  violations.push(...stream.violations)

  const from = Math.min(WARM_UP_MINUTES, minutes / 4)
  say(`| figure | median | change in an hour |\n| --- | ---: | ---: |`)
  for (const one of all) {
    const show = (value: number) => `${value.toFixed(2)} ${one.unit}`.trim()
    say(`| ${one.name} | ${show(median(one, from))} | ${show(slope(one, from))} |`)
  }
  const title = `${minutes} minutes: ${URLS + HOSTILE} URLs, a tenth hostile, ${pollersLost} pollers ended, ${changes} changes of the list`
  if (file !== null) writeFileSync(file, plot(title, all, minutes))
  for (const violation of violations.slice(0, 100)) say(violation)
  const { polls, skipped } = stream.last ?? { polls: 0, skipped: 0 }
  const passed = violations.length === 0 && pollersLost > 0
  say(
    `${passed ? 'passed' : 'FAILED'}: ${title}; ${polls} polls, ${skipped} slots skipped, ${stream.states} States, ${violations.length} violations, seed ${seed}`,
  )
  return passed
}

function expectedVerdict(url: string): 'up' | 'down' | null {
  const verdict = CASES[new URL(url).pathname.slice(1)]?.[0]
  return verdict === 'up' || verdict === 'down' ? verdict : null
}
