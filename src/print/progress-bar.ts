import { counted } from '../resource/counted.ts'
import { formatDuration } from '../resource/format-duration.ts'

/** Moves to the start of the line and clears it. */
const CLEAR_LINE = '\r\u001b[K'

/** Minimum and maximum width of the bar itself, in columns. */
const MIN_BAR_WIDTH = 5
const MAX_BAR_WIDTH = 40

/** One line of at most `columns`: a bar, how many are done, the rate, and the time left at that rate. */
export function progressLine(done: number, total: number, elapsedMs: number, columns: number): string {
  const share = total === 0 ? 1 : done / total
  const rate = (done * 1000) / Math.max(1, elapsedMs)
  const left = done === 0 ? '' : `, ${formatDuration(((total - done) / rate) * 1000)} left`
  const text = ` ${Math.floor(share * 100)}% ${done} of ${counted(total, 'URL')}, ${rate.toFixed(rate < 10 ? 1 : 0)} a second${left}`
  const width = Math.min(MAX_BAR_WIDTH, columns - text.length - 3)
  if (width < MIN_BAR_WIDTH) return text.trimStart().slice(0, Math.max(0, columns - 1))
  const full = Math.floor(share * width)
  return `[${'#'.repeat(full)}${'-'.repeat(width - full)}]${text}`
}

/** Time between two updates, in ms. */
const UPDATE_MS = 100

/** The terminal that a ProgressBar is drawn on. */
export interface ProgressScreen {
  write(text: string): void
  /** Resolves when everything is written. */
  flush(stalledMs: number): Promise<unknown>
  columns(): number
}

/** Shows the progress of a run on the last line of a terminal; other lines scroll above it. `now`: the monotonic clock, in ms. */
export class ProgressBar {
  readonly #screen: ProgressScreen
  readonly #total: number
  readonly #now: () => number
  readonly #startedAt: number
  #shown = ''
  #timer: NodeJS.Timeout | undefined

  constructor(screen: ProgressScreen, total: number, now: () => number) {
    this.#screen = screen
    this.#total = total
    this.#now = now
    this.#startedAt = now()
  }

  /** Updates the line repeatedly until the end. */
  start(done: () => number): void {
    this.#timer = setInterval(() => this.update(done()), UPDATE_MS)
  }

  /** Shows how many are done. */
  update(done: number): void {
    const text = progressLine(done, this.#total, this.#now() - this.#startedAt, this.#screen.columns())
    if (text !== this.#shown) this.#screen.write(`${CLEAR_LINE}${text}`)
    this.#shown = text
  }

  /** Writes lines above it, each with its line break. */
  printAbove(lines: string): void {
    this.#screen.write(this.#shown === '' ? lines : `${CLEAR_LINE}${lines}${this.#shown}`)
  }

  /** Removes the line. Resolves when it is gone, or when the terminal has accepted nothing for `stalledMs`. */
  async end(stalledMs: number): Promise<void> {
    clearInterval(this.#timer)
    if (this.#shown !== '') this.#screen.write(CLEAR_LINE)
    this.#shown = ''
    await this.#screen.flush(stalledMs)
  }
}
