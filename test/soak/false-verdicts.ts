import { fork, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { DnsServer } from '../helpers/dns-server.ts'

const HOSTS = 200
const SLOW_HOSTS = 10
const URLS_PER_HOST = 5
const SLOW_MS = 3_000

const pathTo = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/**
 * Polls a server that is always up under everything that could make a poller lie: four times more work than processors,
 * pauses of 500 ms in each poller, a slow DNS zone. Not one State may be `down`. False if one is, if fewer polls than
 * `wanted` came about, or if a URL of the slow zone was never up.
 */
export async function falseVerdicts(wanted: number): Promise<boolean> {
  const server = fork(pathTo('server.ts'), { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const [portLine] = (await once(server.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
  const port = Number(portLine.toString())

  const names = await new DnsServer({
    '*': { a: ['127.0.0.1'], ttl: 2 },
    ...Object.fromEntries(
      Array.from({ length: SLOW_HOSTS }, (_, n) => [
        `h${n}.slow.test`,
        { a: ['127.0.0.1'], delayMs: SLOW_MS, ttl: 1 },
      ]),
    ),
  }).listen()

  const urls: string[] = []
  for (let host = 0; host < HOSTS; host++) {
    const name = host < SLOW_HOSTS ? `h${host}.slow.test` : `h${host}.fast.test`
    for (let n = 0; n < URLS_PER_HOST; n++) urls.push(`http://${name}:${port}/${n}`)
  }

  const burners: ChildProcess[] = Array.from({ length: 4 * availableParallelism() }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  )

  const program = spawn(
    process.execPath,
    [
      pathTo('../../src/cli.ts'),
      '-f',
      '-',
      '--resolver',
      names.address,
      '--pool-size',
      '2',
      '--interval',
      '500ms',
      '--format',
      'json',
      '--status-interval',
      '10s',
    ],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: `--import ${pathTo('pauses.ts')}` },
    },
  )
  program.stdin.end(urls.join('\n'))

  const began = Date.now()
  const seen = { up: 0, down: 0, unknown: 0 }
  let rechecked = 0
  const slowUp = new Set<string>()
  for await (const line of createInterface({ input: program.stdout })) {
    const state = JSON.parse(line) as {
      type: string
      url: string
      verdict: keyof typeof seen
      rechecked: boolean
    }
    if (state.type !== 'state') {
      process.stdout.write(
        `${((Date.now() - began) / 1000).toFixed(0)} s: ${JSON.stringify(seen)}, ${rechecked} looked at twice\n`,
      )
      continue
    }
    seen[state.verdict]++
    if (state.rechecked) rechecked++
    if (state.verdict === 'up' && state.url.includes('.slow.test')) slowUp.add(state.url)
    if (state.verdict === 'down') process.stdout.write(`${line}\n`)
    if (seen.up + seen.down + seen.unknown === wanted) program.kill('SIGTERM')
  }
  for (const burner of burners) burner.kill('SIGKILL')
  server.disconnect()
  await names.close()

  const polls = seen.up + seen.down + seen.unknown
  const failed = seen.down > 0 || polls < wanted || slowUp.size < SLOW_HOSTS * URLS_PER_HOST
  process.stdout.write(
    `${failed ? 'FAILED' : 'passed'}: ${polls} polls, ${JSON.stringify(seen)}, ${rechecked} looked at twice\n`,
  )
  return !failed
}
