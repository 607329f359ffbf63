import { parseLabels } from '../../resource/labels.ts'
import type { History } from '../history.ts'

/** The maintenance windows of the configuration. Times are in ms since the epoch, of the clock of the machine. */
export interface MaintenanceWindows {
  /** Whether a URL with these labels is in a window that is open. */
  covers(url: { readonly labels: Readonly<Record<string, string>> }, now: number): boolean
  /** When the next window opens or closes after `now`; Infinity if none does. */
  nextChange(now: number): number
}

/** What is older is not watched when the recorder comes to it, in ms: polls that wait for it are younger. */
const LOOK_BACK_MS = 60_000

/** Answers for labels that are kept: many URLs have the same. */
const MAX_ANSWERS = 10_000

/** Tells the history which URLs are in maintenance, whenever a window opens or closes. Without windows it does nothing. */
export class MaintenanceTracker {
  readonly #history: Pick<History, 'maintain' | 'maintainAll' | 'latest'>
  readonly #now: () => number
  /** Null: there are none, and nothing is in maintenance. */
  #windows: MaintenanceWindows | null = null
  /** Up to this time the history was told, in ms since the epoch. */
  #at = 0
  /** When it has to be told something else. */
  #changeAt = Infinity

  /** `now`: in ms since the epoch, of the clock of the machine. */
  constructor(history: Pick<History, 'maintain' | 'maintainAll' | 'latest'>, now: () => number) {
    this.#history = history
    this.#now = now
  }

  /** These windows apply; null: there are none. The first ones apply also to polls that wait to be recorded. */
  setWindows(windows: MaintenanceWindows | null): void {
    if (windows === null && this.#windows === null) return
    const now = this.#now()
    try {
      if (this.#windows === null) this.#at = Math.max(Math.min(this.#history.latest, now), now - LOOK_BACK_MS)
      else this.advance()
    } finally {
      // If the history can't be written now, it is told by a later call of `advance`.
      this.#windows = windows
      this.#changeAt = this.#at
    }
    this.advance()
  }

  /** These URLs are new, or may have other labels. */
  registered(urls: readonly (readonly [id: number, labels: string])[]): void {
    if (this.#windows === null) return
    const isIn = this.#test(this.#at)
    this.#history.maintain(
      urls.map(([id, labels]) => [id, isIn(labels)] as const),
      this.#at,
    )
  }

  /** Windows may have opened or closed. Call it before what was recorded is written. */
  advance(): void {
    if (this.#windows === null && this.#changeAt === Infinity) return
    const now = this.#now()
    // The clock was set, or the machine was suspended.
    if (now < this.#at) this.#tell(now)
    else if (now > this.#at + LOOK_BACK_MS) this.#tell(now - LOOK_BACK_MS)
    while (this.#changeAt <= now) this.#tell(this.#changeAt)
    this.#at = now
  }

  #tell(at: number): void {
    this.#history.maintainAll(this.#test(at), at)
    this.#changeAt = this.#windows?.nextChange(at) ?? Infinity
    this.#at = at
  }

  /** Whether URLs with these labels are in maintenance at a time. */
  #test(at: number): (labels: string) => boolean {
    const answers = new Map<string, boolean>()
    return (text) => {
      const known = answers.get(text)
      if (known !== undefined) return known
      // The labels are read only while a window is open.
      const url = {
        get labels() {
          return parseLabels(text)
        },
      }
      const isIn = this.#windows?.covers(url, at) ?? false
      if (answers.size >= MAX_ANSWERS) answers.clear()
      answers.set(text, isIn)
      return isIn
    }
  }
}
