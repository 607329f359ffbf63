import { progressText } from './progress-bar.ts'
import type { Progress, ProgressScreen } from './progress-bar.ts'

/** Time between two lines, in ms. */
const LINE_MS = 10_000

/** Says the progress of a run in a line from time to time, where there is no terminal. `now`: the monotonic clock, in ms. */
export class ProgressLines implements Progress {
  readonly #out: Pick<ProgressScreen, 'write'>
  readonly #total: number
  readonly #now: () => number
  readonly #startedAt: number
  #timer: NodeJS.Timeout | undefined

  constructor(out: Pick<ProgressScreen, 'write'>, total: number, now: () => number) {
    this.#out = out
    this.#total = total
    this.#now = now
    this.#startedAt = now()
  }

  start(done: () => number): void {
    this.#timer = setInterval(() => this.say(done()), LINE_MS)
  }

  /** Says how many are done. */
  say(done: number): void {
    this.#out.write(`info: ${progressText(done, this.#total, this.#now() - this.#startedAt)}\n`)
  }

  printAbove(lines: string): void {
    this.#out.write(lines)
  }

  end(): Promise<void> {
    clearInterval(this.#timer)
    return Promise.resolve()
  }
}
