import type { Overrides } from '../overrides.ts'

/** The numbers that stand for what lists say of how to poll. */
export interface ProfileNumbers {
  /** The number of overrides, which one more Resource has. Throws a RangeError when there are too many different ones. */
  take(overrides: Overrides | null): number
  /** One Resource less has this number. */
  release(number: number): void
}

/** Profile numbers for lists: what is one set of overrides too many is polled as the flags say, which is said once. */
export class EnoughProfiles implements ProfileNumbers {
  readonly #numbers: ProfileNumbers
  readonly #say: (line: string) => void
  #exceeded = false

  constructor(numbers: ProfileNumbers, say: (line: string) => void) {
    this.#numbers = numbers
    this.#say = say
  }

  /** Whether there were too many different sets. */
  get exceeded(): boolean {
    return this.#exceeded
  }

  take(overrides: Overrides | null): number {
    try {
      return this.#numbers.take(overrides)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      if (!this.#exceeded) this.#say(`${error.message}: what is more is polled as the flags say`)
      this.#exceeded = true
      return 0
    }
  }

  release(number: number): void {
    this.#numbers.release(number)
  }

  /** The number that overrides would get. */
  numberOf(overrides: Overrides | null): number {
    const number = this.take(overrides)
    this.release(number)
    return number
  }
}
