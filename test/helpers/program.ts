import { spawn } from 'node:child_process'
import type { ChildProcess, StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

/** What came of a run. */
export interface ProgramResult {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** The program as a child process. */
export class Program {
  readonly child: ChildProcess
  #stdout = ''
  #stderr = ''
  readonly #waiting: (() => void)[] = []
  #hasClosed = false
  readonly #closed: Promise<[number | null, NodeJS.Signals | null]>

  constructor(
    t: ExecutionContext,
    args: readonly string[],
    {
      env,
      stdio = 'pipe',
      input,
      script = cli,
    }: { env?: NodeJS.ProcessEnv; stdio?: StdioOptions; input?: string; script?: string } = {},
  ) {
    this.child = spawn(process.execPath, [script, ...args], { stdio, env: { ...process.env, ...env } })
    this.#closed = once(this.child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
    this.child.once('close', () => {
      this.#hasClosed = true
      this.#notify()
    })
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
      this.#notify()
    })
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
      this.#notify()
    })
    this.child.stdin?.on('error', (error: NodeJS.ErrnoException) => {
      // A program that ends before it has read all closes its end.
      if (error.code !== 'EPIPE') throw error
    })
    this.child.stdin?.end(input ?? '')
    t.teardown(async () => {
      this.child.kill('SIGKILL')
      await this.#closed
    })
  }

  get stdout(): string {
    return this.#stdout
  }

  get stderr(): string {
    return this.#stderr
  }

  /** Lines of JSON that are complete so far. */
  get json(): Record<string, unknown>[] {
    return parseLines(this.#stdout.slice(0, this.#stdout.lastIndexOf('\n') + 1))
  }

  /** Resolves when `seen` holds of what the program has printed; rejects if it ends before. */
  async until(seen: (program: Program) => boolean): Promise<void> {
    for (;;) {
      if (seen(this)) return
      if (this.#hasClosed) throw new Error(`It ended first.\n${this.#stdout}\n${this.#stderr}`)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  async ended(): Promise<ProgramResult> {
    const [code, signal] = await this.#closed
    return { code, signal, stdout: this.#stdout, stderr: this.#stderr }
  }

  #notify(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

/** Runs the program to its end. */
export function headcount(
  t: ExecutionContext,
  args: readonly string[],
  options?: ConstructorParameters<typeof Program>[2],
): Promise<ProgramResult> {
  return new Program(t, args, options).ended()
}

/** Lines of JSON; throws where one is not. */
export function parseLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
