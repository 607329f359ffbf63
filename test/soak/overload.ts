import { fork, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Authority } from '../helpers/certificates.ts'
import { seeded } from '../helpers/random.ts'
import type { OriginPorts } from './overload-server.ts'
import { PhaseStats } from './phase-stats.ts'
import type { SoakState } from './phase-stats.ts'

const URLS = 2_000
const SERVERS = 4
const BUSY_LOOPS = 10
/** The machine shares its cores between threads: one poller beside ten busy loops would get a sixth of one, and poll a quarter of this. */
const POLLERS = 4
/** Longer than a server is stopped: one that is stopped longer would be down. */
const TIMEOUT_MS = 10_000
const SERVER_STOP_MS = 3_000
const PROCESS_STOP_MS = 30_000
/** After a process was stopped it polls for at least this long. */
const RECOVERY_MS = 10_000

const pathTo = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** How long. */
export interface OverloadOptions {
  readonly minutes: number
  readonly seed: number
  say(line: string): void
}

/**
 * Polls 2,000 healthy URLs at 1 s (addresses and names, HTTP and HTTPS, fresh and kept connections) beside ten busy loops; then
 * with the servers stopped for 3 s at random; then with the program itself stopped for 30 s. Says what came of it. False if any
 * State is `down`, any is `unknown` without a reason, or the program does not end in good order.
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
  const servers = Array.from({ length: SERVERS }, () => fork(pathTo('overload-server.ts')))
  const ports = await Promise.all(
    servers.map(async (server) => {
      server.send(pair)
      return ((await once(server, 'message')) as [OriginPorts])[0]
    }),
  )
  const names = fork(pathTo('overload-names.ts'))
  const [resolver] = (await once(names, 'message')) as [string]
  const burners: ChildProcess[] = Array.from({ length: BUSY_LOOPS }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  )

  const lists = ['-f', '-', '--interval', '1s', '--pool-size', `${POLLERS}`]
  const trust = ['--resolver', resolver, '--cacert', ca]
  const prints = ['--timeout', `${TIMEOUT_MS}ms`, '--format', 'json', '--status-interval', '2s']
  const program = spawn(process.execPath, [pathTo('../../src/cli.ts'), ...lists, ...trust, ...prints], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const closed = once(program, 'close') as Promise<[number | null, string | null]>
  program.stdin.end(Array.from({ length: URLS }, (_, n) => listLine(n, ports)).join('\n'))

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
  createInterface({ input: program.stdout }).on('line', (line) => {
    const parsed = JSON.parse(line) as SoakState | { type: 'summary'; skipped: number }
    if (parsed.type === 'summary') skipped = parsed.skipped
    else {
      current.add(parsed)
      if (parsed.verdict === 'down') say(line)
    }
  })
  const began = performance.now()
  const progress = setInterval(() => {
    const polls = phases.reduce((sum, tally) => sum + tally.polls, current.polls)
    say(`${((performance.now() - began) / 1_000).toFixed(0)} s: ${polls} polls, ${current.name}`)
  }, 10_000)

  const alive = () => program.exitCode === null && program.signalCode === null
  const runFor = async (ms: number) => {
    const end = performance.now() + ms
    while (performance.now() < end && alive()) await sleep(100)
  }
  const total = minutes * 60_000
  // The first round is counted apart: the program, the servers and the loops all start at once.
  while (current.polls < URLS && alive()) await sleep(100)
  phase(`${BUSY_LOOPS} busy loops`)
  await runFor(total / 2)
  phase(`and a server stopped for ${SERVER_STOP_MS / 1_000} s, again and again`)
  for (const end = performance.now() + total / 4; performance.now() < end && alive();) {
    const server = servers[random.below(SERVERS)] as ChildProcess
    await runFor(random.below(2_000))
    server.kill('SIGSTOP')
    await runFor(SERVER_STOP_MS)
    server.kill('SIGCONT')
  }
  phase(`and the program stopped for ${PROCESS_STOP_MS / 1_000} s`)
  const end = performance.now() + total / 4
  do {
    program.kill('SIGSTOP')
    await sleep(PROCESS_STOP_MS)
    program.kill('SIGCONT')
    await runFor(RECOVERY_MS)
  } while (performance.now() < end && alive())
  const stoppedAt = performance.now()
  program.kill('SIGTERM')
  const [code, signal] = await closed
  const took = performance.now() - stoppedAt
  phase('')
  clearInterval(progress)
  for (const burner of burners) burner.kill('SIGKILL')
  for (const server of [...servers, names]) server.disconnect()
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
 * A line of the list: addresses and names, HTTP and HTTPS, fresh and kept connections in every mix. One in eight URLs makes a
 * TLS connection for each poll: with more of them, these two cores would do little but handshakes.
 */
function listLine(n: number, ports: readonly OriginPorts[]): string {
  const { http, https } = ports[n % ports.length] as OriginPorts
  const kind = Math.floor(n / ports.length)
  const host = kind & 1 ? `h${n % 200}.soak.test` : '127.0.0.1'
  const secure = (kind & 2) !== 0
  const keep = secure ? (kind & 12) !== 0 : (kind & 4) !== 0
  const origin = secure ? `https://${host}:${https}` : `http://${host}:${http}`
  return `${origin}/${n}${keep ? ' keep-alive=on' : ''}`
}
