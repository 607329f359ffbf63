import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { seeded } from '../helpers/random.ts'
import { ChangingList } from './changing-list.ts'
import type { ServersRequest, ServersReply } from './servers.ts'
import { OutputChecker } from './output-checker.ts'
import { ThreadControl } from './thread-control.ts'

const ORIGINS = 40
/** The first ones stop listening now and then. */
const FLAPPING = 4
/** Faults between two looks whether every URL is still polled; in a run for its deaths there are more. */
const STEPS_PER_ROUND = 20
const STEPS_PER_LONG_ROUND = 1_000
/** A change of the list has to be taken over within this, in ms. */
const RELOAD_LIMIT_MS = 60_000
/** Every URL has to be polled within this once all threads are back, in ms. */
const REPOLL_LIMIT_MS = 90_000

/** Other lines on standard error: failed polls, which the JSON tells too, threads that met their end before they were ready, limits. */
const EXPECTED_STDERR =
  /^http:\S+: [a-z]+: |^A poller thread failed: |^poller \d+ could not be started \(|^the fault is on our side: |^\d+ descriptors \(ulimit -n\) are enough/

const pathTo = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** How much chaos. */
export interface ChaosOptions {
  readonly seed: number
  readonly steps: number
  /** Ends when so many pollers were lost; null: by its steps alone. */
  readonly deaths: number | null
  readonly urls: number
  readonly pollers: number
  /** The longest pause from one fault to the next, in ms. */
  readonly pauseMs: number
  say(line: string): void
}

/** What came of it. */
export interface ChaosResult {
  readonly violations: string[]
  readonly pollersLost: number
  readonly monitorsLost: number
  readonly changes: number
  readonly polls: number
  readonly states: number
  readonly cutLines: number
}

/** Runs the program under random faults and looks from outside for what must not be. */
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

  const servers = fork(pathTo('servers.ts'), [String(ORIGINS)])
  const ask = (asked: ServersRequest) => void servers.send(asked)
  const [{ ports }] = (await once(servers, 'message')) as [Extract<ServersReply, { type: 'ports' }>]
  let reportedAt = performance.now()
  const report = async () => {
    ask({ type: 'report' })
    const [said] = (await once(servers, 'message')) as [Extract<ServersReply, { type: 'report' }>]
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
    '--interval',
    '3s',
    '--error-backoff',
    '100ms',
    '--max-backoff',
    '1s',
  ]
  const prints = ['--timeout', '4s', '--format', 'json', '--status-interval', '500ms', '-f', list.file]
  const program = spawn(process.execPath, [pathTo('../../src/cli.ts'), ...flags, ...prints], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      CHAOS_PORT: String(chaosPort),
      NODE_OPTIONS: `--import ${pathTo('thread.ts')}`,
      // Threads are started by the thousand: without it, each would strip the types of all that it loads.
      NODE_COMPILE_CACHE: join(folder, 'cache'),
    },
  })
  const ended = once(program, 'close') as Promise<[number | null, string | null]>
  createInterface({ input: program.stdout }).on('line', (line) => stream.line(line))
  let pollersLost = 0
  let monitorsLost = 0
  let changes = 0
  createInterface({ input: program.stderr }).on('line', (line) => {
    if (/^poller \d+ was lost \(/.test(line)) pollersLost++
    else if (line.includes('another takes its place')) monitorsLost++
    else if (list.acknowledge(line)) changes++
    else if (!EXPECTED_STDERR.test(line)) violations.push(`on standard error: ${line}`)
  })

  /** Waits until every URL has been polled since the call. */
  const waitForRepoll = async (when: string) => {
    ask({ type: 'all up' })
    const changed = performance.now() + RELOAD_LIMIT_MS
    while (list.changing && program.exitCode === null) {
      await sleep(250)
      if (performance.now() < changed) continue
      violations.push(`${when}: the list was not taken over`)
      return
    }
    await report()
    const missing = new Set(list.names)
    const end = performance.now() + REPOLL_LIMIT_MS
    while (missing.size > 0 && program.exitCode === null) {
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
    if (n % 2 === 0) program.kill('SIGHUP')
  }

  const fault = async () => {
    const action = random.below(100)
    const n = random.below(1_000)
    if (action < 46) threads.fail(threads.pollers, n, 'exit')
    else if (action < 73) threads.fail(threads.pollers, n, 'throw')
    else if (action < 74) threads.fail(threads.pollers, n, 'spin')
    else if (action < 78) threads.fail(threads.monitors, n, n % 2 === 0 ? 'exit' : 'throw')
    else if (action < 80) threads.fail(threads.monitors, n, 'spin')
    else if (action < 83) program.kill('SIGUSR2')
    else if (action < 86) changeList(n)
    else if (action < 97) ask({ type: 'flap', origin: n % FLAPPING })
    else {
      program.kill('SIGSTOP')
      await sleep(n * 3)
      program.kill('SIGCONT')
    }
  }

  await waitForRepoll('at the start')
  let reported = 0
  const isLast = (step: number) => (deaths === null ? step === steps : pollersLost >= deaths)
  for (let step = 1, last = false; !last && program.exitCode === null; step++) {
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

  // The last word: all is up, and the end is clean.
  const settled = performance.now() + REPOLL_LIMIT_MS
  while (stream.last?.up !== list.names.size && performance.now() < settled && program.exitCode === null)
    await sleep(250)
  const { polls } = await report()
  program.kill('SIGTERM')
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
