import type { Alert } from '../alert.ts'
import type { LabelMatcher, Silence } from '../alert-rule.ts'

/** Makes the test of whether all matchers hold for an alert. */
export type CompileMatch = (match: readonly LabelMatcher[]) => (alert: Pick<Alert, 'labels'>) => boolean

/** The most silences at a time. */
export const MAX_SILENCES = 1_000

/** A silence, ready to be asked. */
interface Entry {
  silence: Silence
  readonly matches: ReturnType<CompileMatch>
}

/** Silences that are not over yet, by id. Times are those of the clock of the machine. */
export class Silences {
  readonly #compile: CompileMatch
  /** At most MAX_SILENCES. */
  readonly #silences = new Map<string, Entry>()

  constructor(compile: CompileMatch, saved: readonly Silence[]) {
    this.#compile = compile
    for (const silence of saved) this.set(silence)
  }

  get all(): readonly Silence[] {
    return Array.from(this.#silences.values(), ({ silence }) => silence)
  }

  /** Returns false if there are too many. Throws what the compiler of matchers throws. */
  set(silence: Silence): boolean {
    if (this.#silences.size >= MAX_SILENCES && !this.#silences.has(silence.id)) return false
    this.#silences.set(silence.id, { silence, matches: this.#compile(silence.match) })
    return true
  }

  delete(id: string): boolean {
    return this.#silences.delete(id)
  }

  /** Returns those that begin, as they are to be kept. */
  begin(now: number): readonly Silence[] {
    const begun = [...this.#silences.values()].filter(
      ({ silence: { from, hasBegun } }) => hasBegun !== true && from <= now,
    )
    return begun.map((entry) => (entry.silence = { ...entry.silence, hasBegun: true }))
  }

  /** Removes those that are over, and returns their ids. */
  expire(now: number): readonly string[] {
    const over = this.all.filter(({ to }) => to <= now).map(({ id }) => id)
    for (const id of over) this.#silences.delete(id)
    return over
  }

  mutes(alert: Alert, now: number): boolean {
    for (const { silence, matches } of this.#silences.values())
      if (
        (silence.hasBegun === true || silence.from <= now) &&
        now < silence.to &&
        isFor(silence, alert.url) &&
        matches(alert)
      )
        return true
    return false
  }

  /** When the first is over, in ms since the epoch; Infinity without one. */
  get nextEnd(): number {
    return Math.min(...this.all.map(({ to }) => to), Infinity)
  }

  /** When the next one begins or ends, in ms since the epoch; Infinity if none does. */
  nextChange(now: number): number {
    const times = this.all.flatMap(({ from, to }) => [from, to])
    return Math.min(...times.filter((time) => time > now), Infinity)
  }
}

function isFor({ urls }: Silence, url: string): boolean {
  return urls.length === 0 || urls.includes(url)
}
