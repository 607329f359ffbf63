import { RefusedError } from '../runtime/refused-error.ts'

/** The exit code of the process; docs/reference.md lists the meanings. */
export type ExitCode = 0 | 1 | 2 | 3 | 4

/** Why a run ends: each URL has its result, it was stopped, or it cannot go on. */
export type EndReason = 'done' | 'stopped' | 'failed'

/** Where failures are reported: at once, or at the very end, when the live table has left the terminal. */
export type FailureOutput =
  { readonly log: (line: string) => void } | { readonly logAtExit: (line: string) => void }

/** The end of a run. Its first reason counts. */
export class ExitStatus {
  /** Each URL is polled once. */
  readonly once: boolean
  readonly #output: FailureOutput
  readonly #deferredLines: string[] = []
  readonly #reason = Promise.withResolvers<EndReason>()
  readonly #stopped = Promise.withResolvers<void>()
  #endReason: EndReason | null = null
  #incomplete = false
  #isStopped = false
  #refused = false

  constructor(once: boolean, output: FailureOutput) {
    this.once = once
    this.#output = output
  }

  /** Resolves when there is a reason to end. */
  get reason(): Promise<EndReason> {
    return this.#reason.promise
  }

  /** Resolves when the run is stopped, also after its last poll. */
  get stopped(): Promise<void> {
    return this.#stopped.promise
  }

  /** Each URL was polled once, or with `--fail-fast` too many are not up. */
  done(): void {
    this.#end('done')
  }

  /**
   * The run was stopped, by a signal, a key or `--duration`. Says so where results may be missing then, also when they are only being
   * handed over.
   */
  stop(): void {
    if (this.once && !this.#isStopped && this.#endReason !== 'failed' && 'log' in this.#output)
      this.#output.log('error: stopped before the run was complete: the exit code is 1\n')
    this.#isStopped = true
    this.#stopped.resolve()
    this.#end('stopped')
  }

  /** The run cannot go on. Reports the error. */
  fail(error: Error): void {
    const { message, cause } = error
    this.#refused ||= error instanceof RefusedError
    const line = `error: ${message}${cause instanceof Error ? `: ${cause.message}` : ''}\n`
    if ('log' in this.#output) this.#output.log(line)
    else this.#deferredLines.push(line)
    this.#end('failed')
  }

  /** Some results may be missing; this has been reported. */
  markIncomplete(): void {
    this.#incomplete = true
  }

  /** The exit code, once the terminal is free. `enoughUp`: whether as many URLs are up as have to be; null if not known. */
  code(enoughUp: boolean | null): ExitCode {
    if ('logAtExit' in this.#output) for (const line of this.#deferredLines) this.#output.logAtExit(line)
    if (this.#refused) return 3
    const missing = this.#incomplete || this.#isStopped
    if (enoughUp === null || this.#endReason === 'failed' || (this.once && missing)) return 1
    return this.once && !enoughUp ? 2 : 0
  }

  #end(how: EndReason): void {
    this.#endReason ??= how
    this.#reason.resolve(how)
  }
}
