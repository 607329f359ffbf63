/** What the process exits with; README.md tells their meaning. */
export type ExitCode = 0 | 1 | 2 | 3 | 4

/** Why a run ends: each URL was polled once, it was asked to, or it can't go on. */
export type Reason = 'done' | 'stopped' | 'failed'

/** Where a failure is said: at once, or as the last of all, when the terminal is free again. */
export type Said = { readonly say: (line: string) => void } | { readonly sayLast: (line: string) => void }

/** The end of a run: its first reason holds. */
export class Ending {
  readonly #once: boolean
  readonly #said: Said
  readonly #lastWords: string[] = []
  readonly #reason = Promise.withResolvers<Reason>()
  #how: Reason | null = null
  #incomplete = false

  constructor(once: boolean, said: Said) {
    this.#once = once
    this.#said = said
  }

  /** Resolves when there is a reason to end. */
  get reason(): Promise<Reason> {
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
    if ('say' in this.#said) this.#said.say(line)
    else this.#lastWords.push(line)
    this.#end('failed')
  }

  /** Some results may be missing, which was said. */
  miss(): void {
    this.#incomplete = true
  }

  /** The exit code, once the terminal is free. `allUp`: whether every URL is up; null: that could not be found out. */
  code(allUp: boolean | null): ExitCode {
    if ('sayLast' in this.#said) for (const line of this.#lastWords) this.#said.sayLast(line)
    const missing = this.#incomplete || this.#how === 'stopped'
    if (allUp === null || this.#how === 'failed' || (this.#once && missing)) return 1
    return this.#once && !allUp ? 2 : 0
  }

  #end(how: Reason): void {
    this.#how ??= how
    this.#reason.resolve(how)
  }
}
