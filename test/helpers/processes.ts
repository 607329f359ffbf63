import { fork, spawn } from 'node:child_process'
import type { ChildProcess, Serializable } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { cli } from './cli.ts'

// Processes of the long runs (test/soak, test/chaos), which are no tests of ava.

/** The path of a file that lies beside the module with this `import.meta.url`. */
export function pathBeside(moduleUrl: string, name: string): string {
  return fileURLToPath(new URL(name, moduleUrl))
}

/** A server in a process of its own. `address` is the first message that it sends. It ends when `child` is disconnected. */
export async function forkServer(
  path: string,
  args: readonly string[] = [],
  request: Serializable | null = null,
): Promise<{ readonly child: ChildProcess; readonly address: unknown }> {
  const child = fork(path, args)
  if (request !== null) child.send(request)
  const [address] = (await once(child, 'message')) as [unknown]
  return { child, address }
}

/** Keeps a processor busy until its parent has ended, even if that was killed. */
const BUSY_LOOP = 'const parent = process.ppid; for (let i = 1; i % 1e7 > 0 || process.ppid === parent; i++);'

/** Starts processes that keep a processor busy each, and returns what ends them. */
export function startBusyLoops(count: number): () => void {
  const loops = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', BUSY_LOOP], { stdio: 'ignore' }),
  )
  return () => {
    for (const loop of loops) loop.kill('SIGKILL')
  }
}

/** How to run headcount. */
export interface HeadcountOptions {
  /** The list, on standard input; null: the flags name one. */
  readonly urls: readonly string[] | null
  readonly env?: NodeJS.ProcessEnv
  readonly nodeFlags?: readonly string[]
  /** Called with each line of standard output. */
  onLine(line: string): void
  /** Gets each line of standard error, without its level. Default: they go to the standard error of this process. */
  onError?(line: string): void
}

/** A headcount that polls until a signal ends it. */
export interface RunningHeadcount {
  readonly child: ChildProcess
  /** Whether it still runs. */
  isAlive(): boolean
  /** Resolves with exit code and signal when it has ended and its output has been read. */
  readonly ended: Promise<readonly [number | null, NodeJS.Signals | null]>
}

/** Starts headcount with `--format json`. */
export function startHeadcount(
  flags: readonly string[],
  { urls, env, nodeFlags = [], onLine, onError }: HeadcountOptions,
): RunningHeadcount {
  const list = urls === null ? [] : ['-f', '-']
  const child = spawn(process.execPath, [...nodeFlags, cli, ...list, ...flags, '--format', 'json'], {
    stdio: [urls === null ? 'ignore' : 'pipe', 'pipe', onError === undefined ? 'inherit' : 'pipe'],
    env: { ...process.env, ...env },
  })
  child.stdin?.end(urls?.join('\n'))
  createInterface({ input: child.stdout as Readable }).on('line', onLine)
  if (onError !== undefined)
    createInterface({ input: child.stderr as Readable }).on('line', (line) =>
      onError(line.replace(/^(?:info|warning|error): /, '')),
    )
  return {
    child,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    ended: once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  }
}
