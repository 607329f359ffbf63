import type { Target } from '../targets/target.ts'
import type { Source, SourceRead } from './source.ts'

/** Lists from servers that are fetched at the same time, at most: each may be held whole until its turn comes. */
export const MAX_CONCURRENT_FETCHES = 16

/** A reading that has begun. */
export interface PendingRead {
  /** Resolves when it has ended, however it did. */
  readonly done: Promise<void>
  /** Hands over what was read, in the way of `Source.read`, once all of it is there. */
  readonly read: Source['read']
}

/** Whether a source comes from a server, which may take its time. */
export function isRemote({ reloadPolicy }: Source): boolean {
  return reloadPolicy !== null && 'everyMs' in reloadPolicy
}

/**
 * Reads sources before it is their turn, some at the same time, so that slow servers are waited for together. What they say is kept until
 * then, since of several that name a URL the first holds.
 */
export class ReadAhead {
  #free = MAX_CONCURRENT_FETCHES
  /** Those that wait for one of the others to end. Bounded by the sources. */
  readonly #waiting: (() => void)[] = []

  /** Begins to read as soon as fewer than MAX_CONCURRENT_FETCHES others are being read. */
  start(source: Source): PendingRead {
    const recorded = this.#record(source)
    return {
      done: recorded.then(() => {}),
      async read(sink) {
        const { targets, complaints, result } = await recorded
        for (const target of targets) sink.target(target)
        for (const complaint of complaints) sink.invalid(complaint)
        if ('error' in result) throw result.error
        return result
      },
    }
  }

  /** Does not reject. */
  async #record(source: Source): Promise<Recording> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#free--
    const targets: Target[] = []
    const complaints: string[] = []
    try {
      const result = await source.read({
        target: (target) => targets.push(target),
        invalid: (line) => complaints.push(line),
      })
      return { targets, complaints, result }
    } catch (error) {
      return { targets, complaints, result: { error } }
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }
}

/** What a source has said. */
interface Recording {
  readonly targets: readonly Target[]
  readonly complaints: readonly string[]
  readonly result: SourceRead | { readonly error: unknown }
}
