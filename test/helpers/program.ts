import { spawn } from 'node:child_process'
import type { ChildProcess, StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import { cli } from './cli.ts'
import { faultsOf } from './output-schema.ts'

/** The outcome of a run. */
export interface ProgramResult {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** How to run it. */
export interface ProgramOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly stdio?: StdioOptions
  /** All of standard input; null: it stays open, for the test to write to. Default: empty. */
  readonly input?: string | null
  /** The file to run: headcount unless a test says otherwise. */
  readonly script?: string
  /** A command that runs the command line appended to it. */
  readonly prefix?: readonly string[]
  /** Flags of Node. */
  readonly nodeFlags?: readonly string[]
}

/** Headcount, or another script, as a child process that is killed at the end of the test. */
export class Program {
  readonly child: ChildProcess
  #stdout = ''
  #stderr = ''
  readonly #json: Record<string, unknown>[] = []
  #parsedTo = 0
  readonly #waiting: (() => void)[] = []
  #hasClosed = false
  readonly #closed: Promise<[number | null, NodeJS.Signals | null]>

  constructor(
    t: ExecutionContext,
    args: readonly string[],
    { env, stdio = 'pipe', input = '', script = cli, prefix = [], nodeFlags = [] }: ProgramOptions = {},
  ) {
    const [command = '', ...rest] = [...prefix, process.execPath, ...nodeFlags, script, ...args]
    this.child = spawn(command, rest, { stdio, env: { ...process.env, ...env } })
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
      // A program that ends before it has read everything closes the pipe.
      if (error.code !== 'EPIPE') throw error
    })
    if (input !== null) this.child.stdin?.end(input)
    t.teardown(async () => {
      this.child.kill('SIGKILL')
      await this.#closed
    })
  }

  get stdout(): string {
    return this.#stdout
  }

  /** Without the levels of its lines, unless that is `error`. */
  get stderr(): string {
    return withoutLevels(this.#stderr)
  }

  /** As it is. */
  get rawStderr(): string {
    return this.#stderr
  }

  /** The complete lines of standard output so far, parsed as JSON. */
  get json(): Record<string, unknown>[] {
    // Tests look again at each output: what has been parsed is kept.
    const end = this.#stdout.lastIndexOf('\n') + 1
    for (const line of parseLines(this.#stdout.slice(this.#parsedTo, end))) this.#json.push(line)
    this.#parsedTo = end
    return [...this.#json]
  }

  /** Resolves when `seen` returns true after some output. Rejects if the program ends before, or after 90 s. */
  async until(seen: (program: Program) => boolean): Promise<void> {
    const timeout = AbortSignal.timeout(UNTIL_MS)
    const givesUp = new Promise<void>((resolve) => timeout.addEventListener('abort', () => resolve()))
    for (;;) {
      if (seen(this)) return
      const why = this.#hasClosed
        ? 'The program ended first.'
        : timeout.aborted && `Not within ${UNTIL_MS} ms: ${String(seen)}`
      if (why !== false) throw new Error(`${why}\n${this.#stdout}\n${this.#stderr}`)
      await Promise.race([givesUp, new Promise<void>((resolve) => this.#waiting.push(resolve))])
    }
  }

  async ended(): Promise<ProgramResult> {
    const [code, signal] = await this.#closed
    return { code, signal, stdout: this.#stdout, stderr: this.stderr }
  }

  #notify(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

/** Longer than any test waits, and less than the limit of ava, which does not tell what was waited for. */
const UNTIL_MS = 90_000

/** Lines of standard error without the levels that most of them have: tests say what a line says. */
function withoutLevels(text: string): string {
  return text.replace(/^(?:info|warning): /gm, '')
}

/** The lines of standard error that begin with `error: `, without that. */
export function errorLines(stderr: string): string[] {
  return stderr
    .split('\n')
    .flatMap((line) => (line.startsWith('error: ') ? [line.slice('error: '.length)] : []))
}

/** Runs the program to its end. */
export function headcount(
  t: ExecutionContext,
  args: readonly string[],
  options?: ProgramOptions,
): Promise<ProgramResult> {
  return new Program(t, args, options).ended()
}

/** The path of a script in test/programs/. */
export function pathOf(name: string): string {
  return fileURLToPath(new URL(`../programs/${name}.ts`, import.meta.url))
}

/** Runs a script of test/programs/ to its end and parses the JSON that it prints. Throws if it fails or writes to standard error. */
export async function runScript<Result>(
  t: ExecutionContext,
  name: string,
  args: readonly string[] = [],
  options: ProgramOptions = {},
): Promise<Result> {
  const { code, signal, stdout, stderr } = await headcount(t, args, { ...options, script: pathOf(name) })
  if (code !== 0 || stderr !== '') throw new Error(`${name} ended with ${code ?? signal}\n${stderr}`)
  return JSON.parse(stdout) as Result
}

/** Parses lines of JSON. Throws if one is invalid, by the published schema too. */
export function parseLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => validLine(line))
}

function validLine(text: string): Record<string, unknown> {
  const line = JSON.parse(text) as Record<string, unknown>
  const faults = faultsOf(line)
  if (faults !== '') throw new Error(`not valid by the schema: ${text}\n${faults}`)
  return line
}
