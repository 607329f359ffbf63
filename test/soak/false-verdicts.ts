import { availableParallelism } from 'node:os'
import { DnsServer } from '../helpers/dns-server.ts'
import { pathBeside, startBusyLoops, startHeadcount } from '../helpers/processes.ts'
import { startServer } from './start-server.ts'

const HOSTS = 200
const SLOW_HOSTS = 10
const URLS_PER_HOST = 5
const SLOW_MS = 3_000

/** The fields of headcount's JSON that are used here. */
interface Line {
  readonly type: string
  readonly url: string
  readonly verdict: 'up' | 'down' | 'unknown'
  readonly rechecked: boolean
}

/**
 * Polls a server that is always up under everything that could cause a false verdict: four times more busy loops than
 * processors, pauses of 500 ms in each poller, a slow DNS zone. Returns false if a State is `down`, if there are fewer than
 * `wanted` polls, or if a URL of the slow zone was never up.
 */
export async function falseVerdicts(wanted: number, say: (line: string) => void): Promise<boolean> {
  const server = await startServer('http')
  const zone = Object.fromEntries(
    Array.from({ length: SLOW_HOSTS }, (_, n) => [
      `h${n}.slow.test`,
      { a: ['127.0.0.1'], delayMs: SLOW_MS, ttl: 1 },
    ]),
  )
  const names = await new DnsServer({ '*': { a: ['127.0.0.1'], ttl: 2 }, ...zone }).listen()
  const urls: string[] = []
  for (let host = 0; host < HOSTS; host++) {
    const name = host < SLOW_HOSTS ? `h${host}.slow.test` : `h${host}.fast.test`
    for (let n = 0; n < URLS_PER_HOST; n++) urls.push(`http://${name}:${server.address}/${n}`)
  }
  const stopBusyLoops = startBusyLoops(4 * availableParallelism())

  const began = performance.now()
  const seen = { up: 0, down: 0, unknown: 0 }
  const polls = () => seen.up + seen.down + seen.unknown
  let rechecked = 0
  const slowUp = new Set<string>()
  const progress = () => `${JSON.stringify(seen)}, ${rechecked} attempted twice`
  const flags = ['--pool-size', '2', '--interval', '500ms', '--status-interval', '10s']
  const program = startHeadcount(['--resolver', names.address, ...flags], {
    urls,
    env: { NODE_OPTIONS: `--import ${pathBeside(import.meta.url, 'pauses.ts')}` },
    onLine(line) {
      const state = JSON.parse(line) as Line
      if (state.type !== 'state')
        return say(`${((performance.now() - began) / 1_000).toFixed(0)} s: ${progress()}`)
      seen[state.verdict]++
      if (state.rechecked) rechecked++
      if (state.verdict === 'up' && state.url.includes('.slow.test')) slowUp.add(state.url)
      if (state.verdict === 'down') say(line)
      if (polls() === wanted) program.child.kill('SIGTERM')
    },
  })
  await program.ended
  stopBusyLoops()
  server.child.disconnect()
  await names.close()

  const passed = seen.down === 0 && polls() >= wanted && slowUp.size === SLOW_HOSTS * URLS_PER_HOST
  say(`${passed ? 'passed' : 'FAILED'}: ${polls()} polls, ${progress()}`)
  return passed
}
