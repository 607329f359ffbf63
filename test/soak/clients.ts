import { setTimeout as sleep } from 'node:timers/promises'
import { forkServer, pathBeside, startHeadcount } from '../helpers/processes.ts'
import { MISUSES } from './misuse.ts'
import type { Misuse } from './misuse.ts'
import { PhaseStats } from './phase-stats.ts'
import type { SoakState } from './phase-stats.ts'
import { startServer } from './start-server.ts'

const URLS = 2_000
const POLLERS = 2

/**
 * Polls 2,000 healthy URLs every second while clients misuse the HTTP server, in each way for the same time. Prints a table with how
 * late the polls were beside each. Returns false if a State is not `up`, if the server does not answer between two ways, or if the
 * program does not exit with 0.
 */
export async function clients(minutes: number, say: (line: string) => void): Promise<boolean> {
  const server = await startServer('http')
  const phases: PhaseStats[] = []
  let current: PhaseStats | null = null
  let skipped = 0
  let notUp = 0
  const listening = Promise.withResolvers<number>()
  const { child, isAlive, ended } = startHeadcount(
    [
      '--interval',
      '1s',
      '--pool-size',
      `${POLLERS}`,
      '--status-interval',
      '1s',
      '--timeout',
      '4s',
      '--listen',
      '0',
    ],
    {
      urls: Array.from({ length: URLS }, (_, n) => `http://127.0.0.1:${server.address}/${n}`),
      onLine(line) {
        const parsed = JSON.parse(line) as SoakState | { type: 'summary'; skipped: number }
        if (parsed.type === 'summary') skipped = parsed.skipped
        else {
          current?.add(parsed)
          if (parsed.verdict !== 'up' && notUp++ < 10) say(line)
        }
      },
      onError(line) {
        const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1]
        if (port === undefined) say(line)
        else listening.resolve(Number(port))
      },
    },
  )
  const port = await Promise.race([listening.promise, ended.then(() => null)])
  if (port === null) return false

  const ways = Object.keys(MISUSES) as Misuse[]
  let answered = true
  await sleep(3_000) // The first round.
  for (const way of ways) {
    const args = [way, String(port), String(server.address)]
    const { child: misuser } = await forkServer(pathBeside(import.meta.url, 'misuse.ts'), args)
    current = new PhaseStats(MISUSES[way])
    const before = skipped
    await sleep((minutes * 60_000) / ways.length)
    current.skipped = skipped - before
    phases.push(current)
    current = null
    misuser.disconnect()
    await sleep(2_000)
    answered &&= await isReady(port)
    if (!isAlive()) break
  }
  child.kill('SIGTERM')
  const [code, signal] = await ended
  server.child.disconnect()

  say(PhaseStats.header)
  for (const phase of phases) say(phase.row())
  const passed = notUp === 0 && answered && code === 0
  say(
    `${passed ? 'passed' : 'FAILED'}: ${notUp} not up, ${answered ? 'ready' : 'not ready'} after each, ended with ${code ?? signal}`,
  )
  return passed
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok
  } catch {
    return false
  }
}
