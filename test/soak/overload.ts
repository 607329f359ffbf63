import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Authority } from '../helpers/certificates.ts'
import { startBusyLoops, startHeadcount } from '../helpers/processes.ts'
import { seeded } from '../helpers/random.ts'
import { PhaseStats } from './phase-stats.ts'
import type { SoakState } from './phase-stats.ts'
import type { ServerAddresses } from './servers.ts'
import { startServer } from './start-server.ts'

const URLS = 2_000
const SERVERS = 4
const BUSY_LOOPS = 10
/** The system divides its cores among threads: a single poller beside ten busy loops would poll a quarter as much. */
const POLLERS = 4
/** Longer than a server is stopped. A server stopped for longer would be down. */
const TIMEOUT_MS = 10_000
const SERVER_STOP_MS = 3_000
const PROCESS_STOP_MS = 30_000
/** Time between two stops of the program. */
const RECOVERY_MS = 10_000

type Ports = ServerAddresses['http-and-https']

/** The length of the run, and the seed of the stops. */
export interface OverloadOptions {
  readonly minutes: number
  readonly seed: number
  say(line: string): void
}

/**
 * Polls 2,000 healthy URLs every second (by address and name, over HTTP and HTTPS, with fresh and kept connections) beside ten busy
 * loops; then also stops servers for 3 s at random; then stops the program itself for 30 s. Prints a table. Returns false if a
 * State is `down` or is `unknown` without a detail, or if the program does not exit with 0.
 */
export async function overload({ minutes, seed, say }: OverloadOptions): Promise<boolean> {
  const random = seeded(seed)
  const authority = await Authority.create()
  const folder = mkdtempSync(join(tmpdir(), 'headcount-soak-'))
  const ca = join(folder, 'ca.pem')
  writeFileSync(ca, authority.pem)
  const pair = await authority.issue([
    { type: 'dns', value: '*.soak.test' },
    { type: 'ip', value: '127.0.0.1' },
  ])
  const servers = await Promise.all(
    Array.from({ length: SERVERS }, () => startServer('http-and-https', { ...pair })),
  )
  const names = await startServer('names')
  const stopBusyLoops = startBusyLoops(BUSY_LOOPS)

  const phases: PhaseStats[] = []
  let current = new PhaseStats('the start')
  let skipped = 0
  let skippedBefore = 0
  const phase = (name: string) => {
    current.skipped = skipped - skippedBefore
    skippedBefore = skipped
    phases.push(current)
    current = new PhaseStats(name)
  }
  const onLine = (line: string) => {
    const parsed = JSON.parse(line) as SoakState | { type: 'summary'; skipped: number }
    if (parsed.type === 'summary') skipped = parsed.skipped
    else {
      current.add(parsed)
      if (parsed.verdict === 'down') say(line)
    }
  }
  const schedule = ['--interval', '1s', '--pool-size', `${POLLERS}`, '--timeout', `${TIMEOUT_MS}ms`]
  const network = ['--resolver', names.address, '--cacert', ca]
  const ports = servers.map(({ address }) => address)
  const urls = Array.from({ length: URLS }, (_, n) => listLine(n, ports))
  const { child, isAlive, ended } = startHeadcount([...schedule, ...network, '--status-interval', '2s'], {
    urls,
    onLine,
  })
  const began = performance.now()
  const progress = setInterval(() => {
    const polls = phases.reduce((sum, tally) => sum + tally.polls, current.polls)
    say(`${((performance.now() - began) / 1_000).toFixed(0)} s: ${polls} polls, ${current.name}`)
  }, 10_000)

  const runFor = async (ms: number) => {
    const end = performance.now() + ms
    while (performance.now() < end && isAlive()) await sleep(100)
  }
  const total = minutes * 60_000
  // The first round has a row of its own: program, servers and loops start at the same time.
  while (current.polls < URLS && isAlive()) await sleep(100)
  phase(`${BUSY_LOOPS} busy loops`)
  await runFor(total / 2)
  phase(`and a server stopped for ${SERVER_STOP_MS / 1_000} s, again and again`)
  for (const end = performance.now() + total / 4; performance.now() < end && isAlive();) {
    const server = servers[random.below(SERVERS)]
    await runFor(random.below(2_000))
    server?.child.kill('SIGSTOP')
    await runFor(SERVER_STOP_MS)
    server?.child.kill('SIGCONT')
  }
  phase(`and the program stopped for ${PROCESS_STOP_MS / 1_000} s`)
  const end = performance.now() + total / 4
  do {
    child.kill('SIGSTOP')
    await sleep(PROCESS_STOP_MS)
    child.kill('SIGCONT')
    await runFor(RECOVERY_MS)
  } while (performance.now() < end && isAlive())
  const stoppedAt = performance.now()
  child.kill('SIGTERM')
  const [code, signal] = await ended
  const took = performance.now() - stoppedAt
  phase('')
  clearInterval(progress)
  stopBusyLoops()
  for (const server of [...servers, names]) server.child.disconnect()
  rmSync(folder, { recursive: true })

  say(PhaseStats.header)
  for (const tally of phases) say(tally.row())
  const polls = phases.reduce((sum, tally) => sum + tally.polls, 0)
  const down = phases.reduce((sum, tally) => sum + tally.down, 0)
  const unexplained = phases.reduce((sum, tally) => sum + tally.unexplained, 0)
  const passed = down === 0 && unexplained === 0 && code === 0 && polls > URLS
  say(
    `${passed ? 'passed' : 'FAILED'}: ${polls} polls, ${down} false, ${unexplained} unknown without a reason, ended with ${code ?? signal} ${took.toFixed(0)} ms after SIGTERM, seed ${seed}`,
  )
  return passed
}

/**
 * Line `n` of the list: by address or by name, over HTTP or HTTPS, with or without keep-alive, in every mix. One in eight URLs
 * makes a TLS connection for each poll: with more of them two cores would do little but handshakes.
 */
function listLine(n: number, ports: readonly Ports[]): string {
  const { http, https } = ports[n % ports.length] as Ports
  const kind = Math.floor(n / ports.length)
  const host = kind & 1 ? `h${n % 200}.soak.test` : '127.0.0.1'
  const secure = (kind & 2) !== 0
  const keep = secure ? (kind & 12) !== 0 : (kind & 4) !== 0
  const origin = secure ? `https://${host}:${https}` : `http://${host}:${http}`
  return `${origin}/${n}${keep ? ' keep-alive=on' : ''}`
}
