import { filesOf } from './files-of.ts'
import type { FileUse } from './file-uses.ts'
import type { ProfileUpdate } from './poll-options.ts'
import { mergeOverrides, pickUrlOptions } from './url-options.ts'
import type { Overrides, UrlOptions } from './url-options.ts'
import type { Cadence } from '../resource/cadence.ts'
import type { Url } from '../resource/resource.ts'
import type { SettlingRules } from '../resource/settling-rules.ts'
import { settlingRules } from './settling-rules.ts'

/** Numbers sets of overrides. */
export interface ProfileRegistry {
  /** The number of these overrides, for one more Resource. Throws a RangeError if there are too many different sets. */
  acquire(overrides: Overrides | null): number
  /** One Resource fewer has this number. */
  release(number: number): void
  /** The number of these overrides; null: no Resource has them. */
  numberOf(overrides: Overrides | null): number | null
  /** Which polls and which parent decide the verdict of the Resources with this number; null: their last polls alone. */
  settlingRules(number: number): SettlingRules | null
}

/** The most sets of overrides in use at once; each takes some kilobytes in main and in every poller. */
export const MAX_PROFILES = 4_096

/** A set of overrides, and how many Resources have it. */
export interface SettingsSet {
  readonly text: string
  readonly overrides: Overrides
  readonly cadence: Cadence
  /** Null: none. */
  readonly settling: SettlingRules | null
  uses: number
}

/**
 * Numbers sets of overrides, so that a Resource carries a number instead of its settings; 0 is no overrides. A number that is no
 * longer used goes to the next set at once: pollers get the new set before the first Resource with it, and look the number up when a
 * Resource arrives.
 */
export class Profiles implements ProfileRegistry {
  readonly #flags: UrlOptions
  readonly #cadence: Cadence
  readonly #settling: SettlingRules | null
  readonly #numbers = new Map<string, number>()
  readonly #profiles: (SettingsSet | null)[] = [null]
  readonly #free: number[] = []
  readonly #updates = new Set<number>()
  /** How many of the sets have settling rules. */
  #settlingSets = 0

  /** `flags` apply where a list sets nothing. */
  constructor(flags: UrlOptions) {
    const { intervalMs, errorBackoffMs, maxBackoffMs } = flags
    this.#flags = pickUrlOptions(flags)
    this.#cadence = { intervalMs, errorBackoffMs, maxBackoffMs }
    this.#settling = settlingRules(flags)
  }

  /** The longest deadline of a poll, in ms. */
  get longestTimeoutMs(): number {
    let longest = this.#flags.timeoutMs
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
    if (profile.settling !== null) this.#settlingSets--
    this.#profiles[number] = null
    this.#updates.delete(number)
    this.#free.push(number)
  }

  numberOf(overrides: Overrides | null): number | null {
    const text = overrides === null ? '' : canonicalText(overrides)
    return text === '' ? 0 : (this.#numbers.get(text) ?? null)
  }

  /** What the lists set for the Resources with this number; null: nothing. The same object as long as the number is in use. */
  overrides(number: number): Overrides | null {
    return this.#profiles[number]?.overrides ?? null
  }

  /** How often to poll the Resources with this number. */
  cadence(number: number): Cadence {
    return this.#profiles[number]?.cadence ?? this.#cadence
  }

  settlingRules(number: number): SettlingRules | null {
    const profile = this.#profiles[number] ?? null
    return profile === null ? this.#settling : profile.settling
  }

  /** The URLs that any set names as a parent. */
  get parents(): ReadonlySet<Url> {
    const all = [this.#settling, ...this.#profiles.map((profile) => profile?.settling ?? null)]
    return new Set(all.flatMap((rules) => rules?.parent ?? []))
  }

  /** Whether any Resource may have settling rules. */
  get settles(): boolean {
    return this.#settling !== null || this.#settlingSets > 0
  }

  /** The sets that at least one Resource has. */
  *inUse(): Generator<SettingsSet> {
    for (const profile of this.#profiles) if (profile !== null) yield profile
  }

  /** The files that the flags and the sets in use name. */
  get uses(): FileUse[] {
    return [this.#flags, ...Array.from(this.inUse(), ({ overrides }) => overrides)].flatMap(filesOf)
  }

  /** All sets in use, for a poller that starts. */
  all(): ProfileUpdate[] {
    return [...this.#profiles.keys()].flatMap((number) => this.#updateOf(number))
  }

  /** The sets that are new since the last call. */
  takeUpdates(): readonly ProfileUpdate[] {
    if (this.#updates.size === 0) return NONE
    const updates = [...this.#updates].flatMap((number) => this.#updateOf(number))
    this.#updates.clear()
    return updates
  }

  #create(text: string, overrides: Overrides): number {
    if (this.#numbers.size >= MAX_PROFILES) {
      throw new RangeError(`The lists hold more than ${MAX_PROFILES} different sets of URL settings`)
    }
    const number = this.#free.pop() ?? this.#profiles.length
    const { intervalMs, errorBackoffMs, maxBackoffMs } = { ...this.#cadence, ...overrides }
    const settling = settlingRules({ ...this.#flags, ...overrides })
    if (settling !== null) this.#settlingSets++
    this.#profiles[number] = {
      text,
      overrides,
      cadence: { intervalMs, errorBackoffMs, maxBackoffMs },
      settling,
      uses: 0,
    }
    this.#numbers.set(text, number)
    this.#updates.add(number)
    return number
  }

  #updateOf(number: number): ProfileUpdate[] {
    const profile = this.#profiles[number] ?? null
    return profile === null ? [] : [[number, mergeOverrides(this.#flags, profile.overrides)]]
  }
}

const NONE: readonly ProfileUpdate[] = []

/** Equal overrides make equal texts; no overrides make ''. */
function canonicalText(overrides: Overrides): string {
  const names = (Object.keys(overrides) as (keyof Overrides)[]).toSorted()
  return names.length === 0 ? '' : JSON.stringify(names.map((name) => [name, overrides[name]]))
}
