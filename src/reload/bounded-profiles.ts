import { asErrors } from '../resource/as-errors.ts'
import type { SettlingRules } from '../resource/settling-rules.ts'
import type { Overrides } from '../settings/url-options.ts'
import type { ProfileRegistry } from '../settings/profiles.ts'

/** Profile numbers for lists. If there are too many different sets of overrides, further ones get 0, which is reported once. */
export class BoundedProfiles implements ProfileRegistry {
  readonly #registry: ProfileRegistry
  readonly #log: (line: string) => void
  readonly #refuses: boolean
  #exceeded = false
  /** Why the last set got no number. */
  #why = ''

  /** `refuses`: too many of them are why the run ends. */
  constructor(registry: ProfileRegistry, log: (line: string) => void, refuses = false) {
    this.#registry = registry
    this.#log = log
    this.#refuses = refuses
  }

  /** Whether there have been too many different sets. */
  get exceeded(): boolean {
    return this.#exceeded
  }

  acquire(overrides: Overrides | null): number {
    const number = this.tryAcquire(overrides)
    if (number === null && !this.#exceeded) {
      const line = `${this.#why}: URLs with further sets are polled as the flags say`
      this.#log(this.#refuses ? asErrors(line) : line)
      this.#exceeded = true
    }
    return number ?? 0
  }

  /** Like `acquire`, but says nothing if there are too many sets, and returns null: others may be about to be released. */
  tryAcquire(overrides: Overrides | null): number | null {
    try {
      return this.#registry.acquire(overrides)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      this.#why = error.message
      return null
    }
  }

  release(number: number): void {
    this.#registry.release(number)
  }

  settlingRules(number: number): SettlingRules | null {
    return this.#registry.settlingRules(number)
  }

  numberOf(overrides: Overrides | null): number | null {
    return this.#registry.numberOf(overrides)
  }
}
