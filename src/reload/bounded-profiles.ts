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
    try {
      return this.#registry.acquire(overrides)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      const line = `${error.message}: URLs with further sets are polled as the flags say`
      if (!this.#exceeded) this.#log(this.#refuses ? asErrors(line) : line)
      this.#exceeded = true
      return 0
    }
  }

  release(number: number): void {
    this.#registry.release(number)
  }

  settlingRules(number: number): SettlingRules | null {
    return this.#registry.settlingRules(number)
  }

  /** The number that these overrides would get. */
  numberOf(overrides: Overrides | null): number {
    const number = this.acquire(overrides)
    this.release(number)
    return number
  }
}
