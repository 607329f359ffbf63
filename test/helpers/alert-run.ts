import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import { directoryOf } from './directory.ts'
import type { FaultKind } from './fault-kinds.ts'
import { startOrigin } from './origin.ts'
import { Program } from './program.ts'
import { receiverServer } from './receiver-server.ts'
import type { ReceivedRequest } from './receiver-server.ts'
import { waitUntil } from './wait-until.ts'

const preloads = [
  new URL('thread-fault.ts', import.meta.url),
  new URL('clock-fault.ts', import.meta.url),
].map((url) => `--import ${fileURLToPath(url)}`)

/** What is sent to a webhook, as far as tests look at it. */
export interface WebhookBody {
  readonly id: string
  readonly status: string
  readonly cause: string
  readonly alert: string
  readonly rule: string
  readonly total: number
  readonly firing: number
  readonly url: string | null
  readonly urls?: readonly { readonly url: string }[]
}

/** As one line: what, of which URLs without their origin. */
export function brief({ body }: ReceivedRequest): string {
  const { status, alert, url, urls = [] } = JSON.parse(body) as WebhookBody
  const paths = (url === null ? urls.map((one) => one.url) : [url]).map((one) => new URL(one).pathname)
  return `${alert} ${status} ${paths.toSorted().join(' ')}`
}

interface RunOptions {
  /** What befalls a thread that `kill` names: it ends, unless another kind is given. */
  readonly kind?: FaultKind
}

/** An origin whose paths are up or down, a webhook, and a configuration that sends alerts to it. */
export async function alertRun(
  t: ExecutionContext,
  paths: readonly string[],
  rules: readonly string[],
  { kind = 'exit' }: RunOptions = {},
) {
  const down = new Set<string>()
  const origin = await startOrigin(t, ({ url = '' }, response) => {
    response.writeHead(down.has(url) ? 500 : 204).end()
  })
  const hook = await receiverServer(t)
  const directory = directoryOf(t)
  const config = join(directory, 'c.yml')
  const mark = join(directory, 'mark')
  const write = (listed: readonly string[], of: readonly string[] = rules) =>
    writeFileSync(
      config,
      [
        'urls:',
        ...listed.map((path) => `  - ${origin.url}${path} label.path=${path.slice(1)}`),
        `receivers: { ops: { webhook: "${hook.origin}/" } }`,
        'alerts:',
        ...of.map((rule) => `  - ${rule}`),
        '',
      ].join('\n'),
    )
  write(paths)
  const program = (...args: readonly string[]) =>
    new Program(t, ['-c', config, '--pool-size', '1', '--format', 'quiet', ...args], {
      env: { NODE_OPTIONS: preloads.join(' '), FAULT_KIND: kind, FAULT_MARK: mark },
    })
  return {
    origin,
    down,
    hook,
    directory,
    write,
    /** What was sent so far, each as one line. */
    sent: () => hook.received.map(brief),
    /** Waits until so many notifications were sent in all. */
    sentInAll: (count: number) => waitUntil(() => hook.received.length >= count, 60_000),
    /** Waits until a path was polled so many times more. */
    polledAgain(path: string, times = 4) {
      const before = origin.requestPaths.filter((one) => one === path).length
      return origin.requested(path, before + times)
    },
    /** What was asked for befalls a thread of this role. */
    kill: (role: string) => writeFileSync(`${mark}-${role}`, ''),
    /** The time of day is off by so many ms from now on. */
    async setClock(offMs: number) {
      writeFileSync(`${mark}-clock`, `${offMs}`)
      // Each thread looks for it 50 times a second.
      await sleep(200)
    },
    /** Polls until it is ended. */
    start: (...args: readonly string[]) => program('--interval', '100ms', '--error-backoff', '0s', ...args),
    /** Polls each URL once. */
    once: (...args: readonly string[]) => program('--once', ...args).ended(),
  }
}
