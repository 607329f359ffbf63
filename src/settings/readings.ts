import { FileUses } from './file-uses.ts'
import type { FileUse } from './file-uses.ts'

/**
 * The readings of lists and configurations that are under way, by numbers in the order of their beginnings. What one of them names may be in
 * no setting in use yet.
 */
export class Readings {
  #last = 0
  readonly #underWay = new Set<number>()
  /** What `record` has seen so far; null: it does not run. */
  #recorded: FileUses | null = null

  /** The number of the last one that has begun; 0: none has. */
  get last(): number {
    return this.#last
  }

  /** The number of the oldest that is under way; Infinity: none is. */
  get oldest(): number {
    return Math.min(...this.#underWay)
  }

  /** One begins. Returns what ends it: what it named is in use by then, or will not be. */
  begin(): () => void {
    const number = ++this.#last
    this.#underWay.add(number)
    return () => void this.#underWay.delete(number)
  }

  /** Calls `read`, which is a reading, and returns also the files that it names. */
  record<T>(read: () => T): { readonly result: T; readonly uses: FileUses } {
    const uses = new FileUses()
    this.#recorded = uses
    const end = this.begin()
    try {
      return { result: read(), uses }
    } finally {
      this.#recorded = null
      end()
    }
  }

  /** A file was named. */
  named(use: FileUse): void {
    this.#recorded?.add(use)
  }
}
