import type { Overrides } from './overrides.ts'
import type { UrlOptions } from './poll/options.ts'
import type { ProfileUpdate } from './poll/profile.ts'
import type { ProfileNumbers } from './reload/profile-numbers.ts'
import type { Cadence } from './schedule/delay.ts'

/** So many different sets of overrides may be in use at once: some kilobytes each in every poller, and in main. */
export const MOST_PROFILES = 4_096

/** A set of overrides, and how many Resources have it. */
export interface Profile {
  readonly text: string
  readonly overrides: Overrides
  readonly cadence: Cadence
  uses: number
}

/**
 * The numbers that stand for what lists say of how to poll; 0 stands for nothing. A number that nobody uses goes to the next
 * set at once: a poller looks it up when a Resource arrives, and hears what it means now before the first that means it so.
 */
export class Profiles implements ProfileNumbers {
  readonly #cadence: Cadence
  readonly #timeoutMs: number
  readonly #numbers = new Map<string, number>()
  readonly #profiles: (Profile | null)[] = [null]
  readonly #free: number[] = []
  readonly #news = new Set<number>()

  /** `flags` hold where a list says nothing. */
  constructor(flags: Cadence & Pick<UrlOptions, 'timeoutMs'>) {
    const { intervalMs, errorBackoffMs, maxBackoffMs, timeoutMs } = flags
    this.#cadence = { intervalMs, errorBackoffMs, maxBackoffMs }
    this.#timeoutMs = timeoutMs
  }

  /** The longest deadline of a poll, in ms. */
  get longestTimeoutMs(): number {
    let longest = this.#timeoutMs
    for (const { overrides } of this.inUse()) longest = Math.max(longest, overrides.timeoutMs ?? 0)
    return longest
  }

  take(overrides: Overrides | null): number {
    const text = overrides === null ? '' : textOf(overrides)
    if (overrides === null || text === '') return 0
    const known = this.#numbers.get(text)
    const number = known ?? this.#make(text, overrides)
    ;(this.#profiles[number] as Profile).uses++
    return number
  }

  release(number: number): void {
    const profile = this.#profiles[number] ?? null
    if (profile === null || --profile.uses > 0) return
    this.#numbers.delete(profile.text)
    this.#profiles[number] = null
    this.#news.delete(number)
    this.#free.push(number)
  }

  /** How often to poll the Resources with this number. */
  cadence(number: number): Cadence {
    return this.#profiles[number]?.cadence ?? this.#cadence
  }

  /** All that some Resource has. */
  *inUse(): Generator<Profile> {
    for (const profile of this.#profiles) if (profile !== null) yield profile
  }

  /** What a poller that starts has to know. */
  all(): ProfileUpdate[] {
    return [...this.#profiles.keys()].flatMap((number) => this.#newsOf(number))
  }

  /** What numbers have come to mean since this was asked last. */
  news(): readonly ProfileUpdate[] {
    if (this.#news.size === 0) return NONE
    const news = [...this.#news].flatMap((number) => this.#newsOf(number))
    this.#news.clear()
    return news
  }

  #make(text: string, overrides: Overrides): number {
    if (this.#numbers.size >= MOST_PROFILES) {
      throw new RangeError(`The lists hold more than ${MOST_PROFILES} different sets of options of URLs`)
    }
    const number = this.#free.pop() ?? this.#profiles.length
    const { intervalMs, errorBackoffMs, maxBackoffMs } = { ...this.#cadence, ...overrides }
    this.#profiles[number] = {
      text,
      overrides,
      cadence: { intervalMs, errorBackoffMs, maxBackoffMs },
      uses: 0,
    }
    this.#numbers.set(text, number)
    this.#news.add(number)
    return number
  }

  #newsOf(number: number): ProfileUpdate[] {
    const profile = this.#profiles[number] ?? null
    return profile === null ? [] : [[number, profile.overrides]]
  }
}

const NONE: readonly ProfileUpdate[] = []

/** Equal overrides as equal texts, '' for none. */
function textOf(overrides: Overrides): string {
  const names = (Object.keys(overrides) as (keyof Overrides)[]).toSorted()
  return names.length === 0 ? '' : JSON.stringify(names.map((name) => [name, overrides[name]]))
}
