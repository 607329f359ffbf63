/** What the process exits with; docs/reference.md lists the meanings. */
export type ExitCode = 0 | 1 | 2 | 3 | 4

/** Why a run ends: each URL was polled once, it was asked to, or it can't go on. */
export type EndReason = 'done' | 'stopped' | 'failed'

/** Where a failure is said: at once, or as the last of all, when the terminal is free again. */
export type FailureOutput =
  { readonly log: (line: string) => void } | { readonly logAtExit: (line: string) => void }

/** The end of a run: its first reason holds. */
export class ExitStatus {
  readonly #once: boolean
  readonly #output: FailureOutput
  readonly #deferredLines: string[] = []
  readonly #reason = Promise.withResolvers<EndReason>()
  #endReason: EndReason | null = null
  #incomplete = false

  constructor(once: boolean, output: FailureOutput) {
    this.#once = once
    this.#output = output
  }

  /** Resolves when there is a reason to end. */
  get reason(): Promise<EndReason> {
    return this.#reason.promise
  }

  /** Each URL was polled once. */
  done(): void {
    this.#end('done')
  }

  /** Somebody asks for the end. */
  stop(): void {
    this.#end('stopped')
  }

  /** The run can't go on, which is said. */
  fail({ message, cause }: Error): void {
    const line = `${message}${cause instanceof Error ? `: ${cause.message}` : ''}\n`
    if ('log' in this.#output) this.#output.log(line)
    else this.#deferredLines.push(line)
    this.#end('failed')
  }

  /** Some results may be missing, which was said. */
  markIncomplete(): void {
    this.#incomplete = true
  }

  /** The exit code, once the terminal is free. `allUp`: whether every URL is up; null: that could not be found out. */
  code(allUp: boolean | null): ExitCode {
    if ('logAtExit' in this.#output) for (const line of this.#deferredLines) this.#output.logAtExit(line)
    const missing = this.#incomplete || this.#endReason === 'stopped'
    if (allUp === null || this.#endReason === 'failed' || (this.#once && missing)) return 1
    return this.#once && !allUp ? 2 : 0
  }

  #end(how: EndReason): void {
    this.#endReason ??= how
    this.#reason.resolve(how)
  }
}
