import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const HEALTHY = 40
/** Two answers that made Node's own client end the process. */
const HOSTILE = ['two-hundred-fields', 'fields-cut-off']
const HOSTILE_PER_CASE = 10

const pathTo = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/**
 * Polls answers over HTTP/2 that Node's own client does not survive, beside healthy ones, for so long: in one program as it is
 * and in one with a small young generation, at the same time. False if one ends early or a healthy URL is not `up`.
 */
export async function http2(minutes: number, say: (line: string) => void): Promise<boolean> {
  const server = fork(pathTo('frame-server.ts'), { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const [origin] = (await once(server.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
  const urls = [
    ...Array.from({ length: HEALTHY }, (_, n) => `${origin.toString()}ok?${n}`),
    ...HOSTILE.flatMap((path) =>
      Array.from({ length: HOSTILE_PER_CASE }, (_, n) => `${origin.toString()}${path}?${n}`),
    ),
  ]
  const passed = await Promise.all(
    [[], ['--max-semi-space-size=1']].map((flags) => polled(flags, urls, minutes * 60_000, say)),
  )
  server.disconnect()
  return passed.every(Boolean)
}

async function polled(
  flags: readonly string[],
  urls: readonly string[],
  ms: number,
  say: (line: string) => void,
): Promise<boolean> {
  const program = spawn(
    process.execPath,
    [
      ...flags,
      pathTo('../../src/cli.ts'),
      ...[
        '-f',
        '-',
        '--http2',
        '--insecure',
        '--interval',
        '1s',
        '--error-backoff',
        '0s',
        '--format',
        'json',
      ],
    ],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  )
  program.stdin.end(urls.join('\n'))
  const exit = once(program, 'exit') as Promise<[code: number | null, signal: string | null]>
  const timer = setTimeout(() => program.kill('SIGTERM'), ms)
  const tally: Record<string, number> = {}
  const lates: number[] = []
  let wrong = 0
  for await (const line of createInterface({ input: program.stdout })) {
    const state = JSON.parse(line) as {
      type: string
      url: string
      verdict: string
      reason: string
      lateMs: number
    }
    if (state.type !== 'state') continue
    const outcome = `${state.verdict}/${state.reason}`
    tally[outcome] = (tally[outcome] ?? 0) + 1
    if (!state.url.includes('/ok?')) continue
    lates.push(state.lateMs)
    if (state.verdict !== 'up') wrong++
  }
  clearTimeout(timer)
  const [code, signal] = await exit
  const p99 = lates.toSorted((a, b) => a - b)[Math.floor(lates.length * 0.99)]
  const what = flags.length === 0 ? 'no flag' : flags.join(' ')
  say(
    `${what}: exit ${signal ?? code}, ${JSON.stringify(tally)}, healthy not up ${wrong}, late p99 ${p99} ms`,
  )
  return code === 0 && wrong === 0
}
