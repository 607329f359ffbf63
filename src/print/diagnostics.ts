import { counted } from '../resource/counted.ts'

/** How bad what a line says is. Lines that say `info: ` or `error: ` themselves keep that. */
type Level = 'info' | 'warning' | 'error'

/** A line that has been written is only counted for this long, in ms. */
export const QUIET_MS = 60_000

/** Maximum number of lines that are remembered. Beyond it, the oldest is forgotten. */
const MAX_CAUSES = 2_048

const HAS_LEVEL = /^(?:info|warning|error): /

/** A line that was written, and what has come of it since. */
interface Cause {
  /** When it may be written again, on the monotonic clock, in ms. */
  endsAt: number
  /** How often it has come again. */
  repeats: number
}

/**
 * What leaves for standard error: every line begins with its level, and one that comes again within a minute is counted instead, which a
 * line says when the minute is over. `now`: the monotonic clock, in ms.
 */
export class Diagnostics {
  readonly #now: () => number
  #write: (text: string) => void
  #repeats = false
  /** In the order in which they were written. */
  readonly #causes = new Map<string, Cause>()
  #timer: NodeJS.Timeout | undefined

  constructor(write: (text: string) => void, now: () => number) {
    this.#write = write
    this.#now = now
  }

  /** Has lines written by another function: the progress bar writes them above itself. */
  redirect(write: (text: string) => void): void {
    this.#write = write
  }

  /** From now on each line is written, however often it comes: for `--verbose`. */
  repeatAll(): void {
    this.#repeats = true
  }

  /** Writes lines of what is wrong and does not end the run. */
  readonly log = (lines: string): void => this.write(lines, 'warning')

  /** Writes lines that say why the run ends. */
  readonly refuse = (lines: string): void => this.write(lines, 'error')

  /** Writes lines, each with its line break. `level`: of those that do not begin with one. */
  write(lines: string, level: Level): void {
    let text = ''
    for (const line of lines.split('\n')) {
      if (line === '') continue
      const whole = HAS_LEVEL.test(line) ? line : `${level}: ${line}`
      if (this.#isNew(whole)) text += `${whole}\n`
    }
    if (text !== '') this.#write(text)
  }

  /** Writes how often lines have come again. `last`: also of those whose minute is not over. */
  flush(last = true): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const now = this.#now()
    let text = ''
    for (const [line, cause] of this.#causes) {
      if (!last && cause.endsAt > now) break
      this.#causes.delete(line)
      if (cause.repeats === 0) continue
      text += repeatText(line, cause.repeats)
      // This was said of the cause now: the next minute begins.
      if (!last) this.#remember(line, now)
    }
    if (text !== '') this.#write(text)
    if (!last) this.#wait()
  }

  #isNew(line: string): boolean {
    if (this.#repeats) return true
    const now = this.#now()
    const cause = this.#causes.get(line)
    if (cause !== undefined && cause.endsAt > now) {
      cause.repeats++
      this.#wait()
      return false
    }
    if (cause !== undefined && cause.repeats > 0) this.#write(repeatText(line, cause.repeats))
    this.#causes.delete(line)
    this.#remember(line, now)
    return true
  }

  #remember(line: string, now: number): void {
    const [oldest] = this.#causes
    if (this.#causes.size >= MAX_CAUSES && oldest !== undefined) {
      this.#causes.delete(oldest[0])
      if (oldest[1].repeats > 0) this.#write(repeatText(oldest[0], oldest[1].repeats))
    }
    this.#causes.set(line, { endsAt: now + QUIET_MS, repeats: 0 })
  }

  /** Until the minute of the oldest is over. It keeps no process from ending. */
  #wait(): void {
    if (this.#timer !== undefined) return
    const [oldest] = this.#causes.values()
    const hasRepeats = [...this.#causes.values()].some(({ repeats }) => repeats > 0)
    if (oldest === undefined || !hasRepeats) return
    this.#timer = setTimeout(() => this.flush(false), Math.max(1, oldest.endsAt - this.#now())).unref()
  }
}

function repeatText(line: string, repeats: number): string {
  return `${line} (${counted(repeats, 'more time')} in the last minute)\n`
}
