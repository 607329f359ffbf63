import { startHeadcount } from '../helpers/processes.ts'
import { startServer } from './start-server.ts'

const HEALTHY = 40
/** Two responses that crashed Node's own HTTP/2 client. */
const HOSTILE = ['two-hundred-fields', 'fields-cut-off']
const HOSTILE_PER_CASE = 10

/** The fields of headcount's JSON that are used here. */
interface Line {
  readonly type: string
  readonly url: string
  readonly verdict: string
  readonly reason: string
  readonly lateMs: number
}

/**
 * Polls healthy URLs and URLs whose responses crash Node's own HTTP/2 client: with one headcount as it is and one with a
 * small young generation, at the same time. Returns false if one ends early or a healthy URL is not `up`.
 */
export async function http2(minutes: number, say: (line: string) => void): Promise<boolean> {
  const server = await startServer('http2')
  const urlsOf = (path: string, count: number) =>
    Array.from({ length: count }, (_, n) => `${server.address}${path}?${n}`)
  const urls = [...urlsOf('ok', HEALTHY), ...HOSTILE.flatMap((path) => urlsOf(path, HOSTILE_PER_CASE))]
  const passed = await Promise.all(
    [[], ['--max-semi-space-size=1']].map((nodeFlags) => run(nodeFlags, urls, minutes * 60_000, say)),
  )
  server.child.disconnect()
  return passed.every(Boolean)
}

async function run(
  nodeFlags: readonly string[],
  urls: readonly string[],
  ms: number,
  say: (line: string) => void,
): Promise<boolean> {
  const outcomes: Record<string, number> = {}
  const lates: number[] = []
  let wrong = 0
  const { child, ended } = startHeadcount(
    ['--http2', '--insecure', '--interval', '1s', '--error-backoff', '0s'],
    {
      urls,
      nodeFlags,
      onLine(line) {
        const { type, url, verdict, reason, lateMs } = JSON.parse(line) as Line
        if (type !== 'state') return
        const outcome = `${verdict}/${reason}`
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
        if (!url.includes('/ok?')) return
        lates.push(lateMs)
        if (verdict !== 'up') wrong++
      },
      onError() {}, // Lines about the hostile URLs.
    },
  )
  const timer = setTimeout(() => child.kill('SIGTERM'), ms)
  const [code, signal] = await ended
  clearTimeout(timer)
  const p99 = lates.toSorted((a, b) => a - b)[Math.floor(lates.length * 0.99)]
  say(
    `${nodeFlags.join(' ') || 'no flag'}: exit ${signal ?? code}, ${JSON.stringify(outcomes)}, healthy not up ${wrong}, late p99 ${p99} ms`,
  )
  return code === 0 && wrong === 0
}
