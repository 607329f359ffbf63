import type { Overrides } from './overrides.ts'
import type { ProfileUpdate, UrlOptions } from './poll-options.ts'
import type { Cadence } from '../schedule/next-due.ts'

/** The numbers that stand for what lists say of how to poll. */
export interface ProfileRegistry {
  /** The number of overrides, which one more Resource has. Throws a RangeError when there are too many different ones. */
  acquire(overrides: Overrides | null): number
  /** One Resource less has this number. */
  release(number: number): void
}

/** So many different sets of overrides may be in use at once: some kilobytes each in every poller, and in main. */
export const MAX_PROFILES = 4_096

/** A set of overrides, and how many Resources have it. */
export interface SettingsSet {
  readonly text: string
  readonly overrides: Overrides
  readonly cadence: Cadence
  uses: number
}

/**
 * The numbers that stand for what lists say of how to poll; 0 stands for nothing. A number that nobody uses goes to the next
 * set at once: a poller looks it up when a Resource arrives, and hears what it means now before the first that means it so.
 */
export class Profiles implements ProfileRegistry {
  readonly #cadence: Cadence
  readonly #timeoutMs: number
  readonly #numbers = new Map<string, number>()
  readonly #profiles: (SettingsSet | null)[] = [null]
  readonly #free: number[] = []
  readonly #updates = new Set<number>()

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

  acquire(overrides: Overrides | null): number {
    const text = overrides === null ? '' : canonicalText(overrides)
    if (overrides === null || text === '') return 0
    const known = this.#numbers.get(text)
    const number = known ?? this.#create(text, overrides)
    ;(this.#profiles[number] as SettingsSet).uses++
    return number
  }

  release(number: number): void {
    const profile = this.#profiles[number] ?? null
    if (profile === null || --profile.uses > 0) return
    this.#numbers.delete(profile.text)
    this.#profiles[number] = null
    this.#updates.delete(number)
    this.#free.push(number)
  }

  /** How often to poll the Resources with this number. */
  cadence(number: number): Cadence {
    return this.#profiles[number]?.cadence ?? this.#cadence
  }

  /** All that some Resource has. */
  *inUse(): Generator<SettingsSet> {
    for (const profile of this.#profiles) if (profile !== null) yield profile
  }

  /** What a poller that starts has to know. */
  all(): ProfileUpdate[] {
    return [...this.#profiles.keys()].flatMap((number) => this.#updateOf(number))
  }

  /** What numbers have come to mean since this was asked last. */
  takeUpdates(): readonly ProfileUpdate[] {
    if (this.#updates.size === 0) return NONE
    const updates = [...this.#updates].flatMap((number) => this.#updateOf(number))
    this.#updates.clear()
    return updates
  }

  #create(text: string, overrides: Overrides): number {
    if (this.#numbers.size >= MAX_PROFILES) {
      throw new RangeError(`The lists hold more than ${MAX_PROFILES} different sets of options of URLs`)
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
    this.#updates.add(number)
    return number
  }

  #updateOf(number: number): ProfileUpdate[] {
    const profile = this.#profiles[number] ?? null
    return profile === null ? [] : [[number, profile.overrides]]
  }
}

const NONE: readonly ProfileUpdate[] = []

/** Equal overrides as equal texts, '' for none. */
function canonicalText(overrides: Overrides): string {
  const names = (Object.keys(overrides) as (keyof Overrides)[]).toSorted()
  return names.length === 0 ? '' : JSON.stringify(names.map((name) => [name, overrides[name]]))
}
