import { formatDuration } from './text/format-duration.ts'

/** Goes to the start of the line and clears it. */
const CLEAR_LINE = '\r\u001b[K'

/** The least and the most that the bar itself takes, in columns. */
const MIN_BAR_WIDTH = 5
const MAX_BAR_WIDTH = 40

/** One line, at most `columns` wide: a bar, how many of how many, the rate and the time left at that rate. */
export function progressLine(done: number, total: number, elapsedMs: number, columns: number): string {
  const share = total === 0 ? 1 : done / total
  const rate = (done * 1000) / Math.max(1, elapsedMs)
  const left = done === 0 ? '' : `, ${formatDuration(((total - done) / rate) * 1000)} left`
  const text = ` ${Math.floor(share * 100)}% ${done} of ${total} URLs, ${rate.toFixed(rate < 10 ? 1 : 0)} a second${left}`
  const width = Math.min(MAX_BAR_WIDTH, columns - text.length - 3)
  if (width < MIN_BAR_WIDTH) return text.trimStart().slice(0, Math.max(0, columns - 1))
  const full = Math.floor(share * width)
  return `[${'#'.repeat(full)}${'-'.repeat(width - full)}]${text}`
}

/** Time between two updates, in ms. */
const UPDATE_MS = 100

/** What a ProgressBar is drawn on: a terminal. */
export interface ProgressScreen {
  write(text: string): void
  /** Resolves when what was written is out. */
  flush(stalledMs: number): Promise<unknown>
  columns(): number
}

/** The last line of a terminal shows how far a run is; other lines scroll by above it. `now` is the monotonic clock, in ms. */
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

  /** Shows again and again how many are done, until the end. */
  start(done: () => number): void {
    this.#timer = setInterval(() => this.update(done()), UPDATE_MS)
  }

  /** Shows how many are done. */
  update(done: number): void {
    const text = progressLine(done, this.#total, this.#now() - this.#startedAt, this.#screen.columns())
    if (text !== this.#shown) this.#screen.write(`${CLEAR_LINE}${text}`)
    this.#shown = text
  }

  /** Writes lines above, each with its line break. */
  printAbove(lines: string): void {
    this.#screen.write(this.#shown === '' ? lines : `${CLEAR_LINE}${lines}${this.#shown}`)
  }

  /** Takes the line away; resolves when it is gone, or after `stalledMs` in which the terminal took nothing. */
  async end(stalledMs: number): Promise<void> {
    clearInterval(this.#timer)
    if (this.#shown !== '') this.#screen.write(CLEAR_LINE)
    this.#shown = ''
    await this.#screen.flush(stalledMs)
  }
}
