import { counted } from '../resource/counted.ts'
import { formatDuration } from '../resource/format-duration.ts'

/** Moves to the start of the line and clears it. */
const CLEAR_LINE = '\r\u001b[K'

/** Minimum and maximum width of the bar itself, in columns. */
const MIN_BAR_WIDTH = 5
const MAX_BAR_WIDTH = 40

/** Where a run is: how many are done, the rate, and the time left at that rate. */
export function progressText(done: number, total: number, elapsedMs: number): string {
  const rate = (done * 1000) / Math.max(1, elapsedMs)
  const left = done === 0 ? '' : `, ${formatDuration(((total - done) / rate) * 1000)} left`
  const of = `${done} of ${counted(total, 'URL')}`
  return `${Math.floor(shareOf(done, total) * 100)}% ${of}, ${rate.toFixed(rate < 10 ? 1 : 0)} a second${left}`
}

function shareOf(done: number, total: number): number {
  return total === 0 ? 1 : done / total
}

/** That in one line of at most `columns`, after a bar. */
export function progressLine(done: number, total: number, elapsedMs: number, columns: number): string {
  const text = progressText(done, total, elapsedMs)
  const width = Math.min(MAX_BAR_WIDTH, columns - text.length - 4)
  if (width < MIN_BAR_WIDTH) return text.slice(0, Math.max(0, columns - 1))
  const full = Math.floor(shareOf(done, total) * width)
  return `[${'#'.repeat(full)}${'-'.repeat(width - full)}] ${text}`
}

/** Time between two updates, in ms. */
const UPDATE_MS = 100

/** A run that takes less than this shows no bar, in ms. */
export const BAR_AFTER_MS = 2_000

/** The terminal that a ProgressBar is drawn on. */
export interface ProgressScreen {
  write(text: string): void
  /** Resolves when everything is written. */
  flush(stalledMs: number): Promise<unknown>
  columns(): number
}

/** What shows the progress of a run on standard error. */
export interface Progress {
  /** Shows it repeatedly until the end. */
  start(done: () => number): void
  /** Writes lines, each with its line break. */
  printAbove(lines: string): void
  /** Resolves when everything is written, or when nothing was accepted for `stalledMs`. */
  end(stalledMs: number): Promise<void>
}

/** Shows the progress of a run on the last line of a terminal; other lines scroll above it. `now`: the monotonic clock, in ms. */
export class ProgressBar implements Progress {
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

  /** Shows how many are done, unless the run has only begun. */
  update(done: number): void {
    const elapsedMs = this.#now() - this.#startedAt
    if (elapsedMs < BAR_AFTER_MS) return
    const text = progressLine(done, this.#total, elapsedMs, this.#screen.columns())
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
