import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { forkServer, pathBeside, startHeadcount } from '../helpers/processes.ts'
import { seeded } from '../helpers/random.ts'
import { ChangingList } from './changing-list.ts'
import type { PortsReply, ReportReply, ServersRequest } from './servers.ts'
import { OutputChecker } from './output-checker.ts'
import { ThreadControl } from './thread-control.ts'

const ORIGINS = 40
/** The first ones stop listening now and then. */
const FLAPPING = 4
/** Faults between two checks that every URL is still polled. A run that counts deaths has more. */
const STEPS_PER_ROUND = 20
const STEPS_PER_LONG_ROUND = 1_000
/** The program has to apply a change of the list within this time, in ms. */
const RELOAD_LIMIT_MS = 60_000
/** Every URL has to be polled within this time once all threads have restarted, in ms. */
const REPOLL_LIMIT_MS = 90_000

/** Other lines on standard error: failed polls, threads that ended before they were ready, limits. */
const EXPECTED_STDERR =
  /^http:\S+: [a-z]+: |^A poller thread failed: |^poller \d+ could not be started \(|^the fault is on our side: |^\d+ descriptors \(ulimit -n\) are enough/

const pathTo = (name: string) => pathBeside(import.meta.url, name)

/** The extent of a run. */
export interface ChaosOptions {
  readonly seed: number
  readonly steps: number
  /** The run ends when so many pollers were lost; null: after `steps`. */
  readonly deaths: number | null
  readonly urls: number
  readonly pollers: number
  /** The longest pause between two faults, in ms. */
  readonly pauseMs: number
  say(line: string): void
}

/** The outcome of a run. */
export interface ChaosResult {
  readonly violations: string[]
  readonly pollersLost: number
  readonly monitorsLost: number
  readonly changes: number
  readonly polls: number
  readonly states: number
  readonly cutLines: number
}

/** Runs the program under random faults and checks from outside what must hold. */
export async function chaos({
  seed,
  steps,
  deaths,
  urls,
  pollers,
  pauseMs,
  say,
}: ChaosOptions): Promise<ChaosResult> {
  const random = seeded(seed)
  const violations: string[] = []
  const threads = new ThreadControl()
  const chaosPort = await threads.listen()

  const { child: servers, address } = await forkServer(pathTo('servers.ts'), [String(ORIGINS)])
  const { ports } = address as PortsReply
  const ask = (request: ServersRequest) => void servers.send(request)
  let reportedAt = performance.now()
  const report = async () => {
    ask({ type: 'report' })
    const [said] = (await once(servers, 'message')) as [ReportReply]
    for (const url of said.twice) violations.push(`${url} was polled twice at a time`)
    for (const url of said.asked)
      if (!list.mayBePolled(url, reportedAt)) violations.push(`${url} is not on the list, but was polled`)
    reportedAt = performance.now()
    return said
  }

  const folder = mkdtempSync(join(tmpdir(), 'headcount-chaos-'))
  const list = new ChangingList(join(folder, 'urls.txt'), ports, urls, random)
  const flaps = (url: string) => ports.slice(0, FLAPPING).includes(Number(new URL(url).port))
  const stream = new OutputChecker(list, (url) => (flaps(url) ? null : 'up'))

  const flags = [
    '--pool-size',
    String(pollers),
    // Each line counts, however often it comes.
    '--verbose',
    '--interval',
    '3s',
    '--error-backoff',
    '100ms',
    '--max-backoff',
    '1s',
  ]
  const prints = ['--timeout', '4s', '--status-interval', '500ms', '-f', list.file]
  let pollersLost = 0
  let monitorsLost = 0
  let changes = 0
  const { child, isAlive, ended } = startHeadcount([...flags, ...prints], {
    urls: null,
    env: {
      CHAOS_PORT: String(chaosPort),
      NODE_OPTIONS: `--import ${pathTo('thread.ts')}`,
      // Thousands of threads start. Without the cache each of them would strip the types of all that it loads.
      NODE_COMPILE_CACHE: join(folder, 'cache'),
    },
    onLine: (line) => stream.line(line),
    onError(line) {
      if (/^poller \d+ was lost \(/.test(line)) pollersLost++
      else if (line.includes('another takes its place')) monitorsLost++
      else if (list.acknowledge(line)) changes++
      else if (!EXPECTED_STDERR.test(line)) violations.push(`on standard error: ${line}`)
    },
  })

  /** Waits until every URL has been polled since the call. */
  const waitForRepoll = async (when: string) => {
    ask({ type: 'all up' })
    const changed = performance.now() + RELOAD_LIMIT_MS
    while (list.changing && isAlive()) {
      await sleep(250)
      if (performance.now() < changed) continue
      violations.push(`${when}: the list was not applied`)
      return
    }
    await report()
    const missing = new Set(list.names)
    const end = performance.now() + REPOLL_LIMIT_MS
    while (missing.size > 0 && isAlive()) {
      await sleep(250)
      for (const url of (await report()).asked) missing.delete(url)
      if (performance.now() < end) continue
      violations.push(
        `${when}: not polled again: ${[...missing].slice(0, 5).join(' ')}, ${missing.size} in all`,
      )
      return
    }
  }

  const changeList = (n: number) => {
    if (list.changing) return
    list.change()
    if (n % 2 === 0) child.kill('SIGHUP')
  }

  const fault = async () => {
    const action = random.below(100)
    const n = random.below(1_000)
    if (action < 46) threads.fail('poller', n, 'exit')
    else if (action < 73) threads.fail('poller', n, 'throw')
    else if (action < 74) threads.fail('poller', n, 'spin')
    else if (action < 78) threads.fail('monitor', n, n % 2 === 0 ? 'exit' : 'throw')
    else if (action < 80) threads.fail('monitor', n, 'spin')
    else if (action < 83) child.kill('SIGUSR2')
    else if (action < 86) changeList(n)
    else if (action < 97) ask({ type: 'flap', origin: n % FLAPPING })
    else {
      child.kill('SIGSTOP')
      await sleep(n * 3)
      child.kill('SIGCONT')
    }
  }

  await waitForRepoll('at the start')
  let reported = 0
  const isLast = (step: number) => (deaths === null ? step === steps : pollersLost >= deaths)
  for (let step = 1, last = false; !last && isAlive(); step++) {
    if (step % STEPS_PER_ROUND === 1) changeList(step)
    await fault()
    await sleep(random.below(pauseMs))
    last = isLast(step)
    if (step % (deaths === null ? STEPS_PER_ROUND : STEPS_PER_LONG_ROUND) !== 0 && !last) continue
    await waitForRepoll(`step ${step}`)
    for (; reported < violations.length; reported++) say(violations[reported] as string)
    say(
      `step ${step}: ${pollersLost} pollers and ${monitorsLost} monitors lost, ${changes} changes of the list, ${violations.length} violations`,
    )
  }

  // At the end all URLs are up, and the program exits with 0.
  const settled = performance.now() + REPOLL_LIMIT_MS
  while (stream.last?.up !== list.names.size && performance.now() < settled && isAlive()) await sleep(250)
  const { polls } = await report()
  child.kill('SIGTERM')
  const [code, signal] = await ended
  if (code !== 0) violations.push(`it ended with ${code ?? signal}`)
  if (stream.last?.up !== list.names.size)
    violations.push(`not all are up at the end: ${JSON.stringify(stream.last)}`)
  if (stream.cut > monitorsLost) violations.push(`${stream.cut} lines were cut`)
  servers.disconnect()
  threads.close()
  rmSync(folder, { recursive: true })
  violations.push(...stream.violations)
  return {
    violations,
    pollersLost,
    monitorsLost,
    changes,
    polls,
    states: stream.states,
    cutLines: stream.cut,
  }
}
