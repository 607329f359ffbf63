import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

/** Time for a process to end after a signal, in ms. Then it is killed. */
const KILL_AFTER_MS = 10_000

/** The end of standard error that is kept, in characters. */
const MAX_STDERR_LENGTH = 2_000

/** How a process is started. */
export interface ChildOptions {
  /** The core that it and its threads run on; null: any. */
  readonly core: number | null
  readonly env?: Readonly<Record<string, string>>
  /** Called with each line of standard output. */
  readonly onLine?: (line: string) => void
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** A process of the bench, killed when the bench ends. */
export class Child {
  readonly #process: ChildProcess
  readonly #ended: Promise<unknown>
  #stderr = ''

  private constructor(command: string, args: readonly string[], { core, env, onLine }: ChildOptions) {
    // taskset replaces itself by the command, so that the id is the command's.
    const pinned = core === null ? [command, ...args] : ['taskset', '-c', String(core), command, ...args]
    const child = spawn(pinned[0] as string, pinned.slice(1), {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.#process = child
    running.add(child)
    this.#ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
    child.once('close', () => running.delete(child))
    // A command that can't be started emits `error`, then `close`.
    child.on('error', (error) => (this.#stderr += error.message))
    const { stdout, stderr } = child as ChildProcess & { stdout: Readable; stderr: Readable }
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-MAX_STDERR_LENGTH)
    })
    if (onLine === undefined) stdout.resume()
    else createInterface({ input: stdout }).on('line', onLine)
    const { stdin } = child as ChildProcess & { stdin: Writable }
    stdin.on('error', () => stdin.destroy())
  }

  /** Starts a process. Rejects if there is no such command. */
  static async start(command: string, args: readonly string[], options: ChildOptions): Promise<Child> {
    const child = new Child(command, args, options)
    await Promise.race([once(child.#process, 'spawn'), child.#ended])
    child.check()
    return child
  }

  get pid(): number {
    return this.#process.pid as number
  }

  /** The end of its standard error. */
  get stderr(): string {
    return this.#stderr
  }

  /** Throws if it has ended: no process of the bench ends by itself. */
  check(): void {
    if (running.has(this.#process)) return
    throw new Error(`${this.#process.spawnargs.join(' ')} has ended: ${this.#stderr.trim()}`)
  }

  /** Writes a line to its standard input. */
  writeLine(line: string): void {
    this.#process.stdin?.write(`${line}\n`)
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  /** Resolves with its exit code when it has ended by itself. */
  async ended(): Promise<number | null> {
    await this.#ended
    return this.#process.exitCode
  }

  /** Ends it with a signal, and with SIGKILL if that is not enough. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#process.kill(signal)
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), KILL_AFTER_MS)
    await this.#ended
    clearTimeout(timer)
  }
}
