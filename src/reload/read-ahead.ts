import { redactUrl } from '../resource/redact-url.ts'
import { offerTarget } from '../targets/read-targets.ts'
import type { Target } from '../targets/target.ts'
import type { Source, SourceRead } from './source.ts'

/** The most lists that are fetched at the same time. Each is held in memory until its turn comes. */
export const MAX_CONCURRENT_FETCHES = 16

/** A reading that was started. */
export interface PendingRead {
  /** Resolves when it has ended, with success or not. */
  readonly done: Promise<void>
  /** Like `Source.read`, but waits for the end of this reading and passes on what it has found. */
  readonly read: Source['read']
}

/** Whether a source comes from a server, which may be slow. */
export function isRemote({ reloadPolicy }: Source): boolean {
  return reloadPolicy !== null && 'everyMs' in reloadPolicy
}

/**
 * Reads sources before their turn, several at the same time, so that slow servers do not add up. The results are kept until
 * the source's turn: if several sources name a URL, the first counts.
 */
export class ReadAhead {
  #free = MAX_CONCURRENT_FETCHES
  /** Readings that wait for another to end. Bounded by the number of sources. */
  readonly #waiting: (() => void)[] = []

  /** Starts to read as soon as fewer than MAX_CONCURRENT_FETCHES readings are under way. */
  start(source: Source): PendingRead {
    const recorded = this.#record(source)
    return {
      done: recorded.then(() => {}),
      async read(sink) {
        const { targets, invalidLines, result } = await recorded
        for (const target of targets)
          offerTarget(sink, target, () => `${source.name}: ${redactUrl(target.url)}`)
        for (const line of invalidLines) sink.invalid(line)
        if ('error' in result) throw result.error
        return result
      },
    }
  }

  /** Never rejects. */
  async #record(source: Source): Promise<Recording> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#free--
    const targets: Target[] = []
    const invalidLines: string[] = []
    try {
      const result = await source.read({
        target: (target) => targets.push(target),
        invalid: (line) => invalidLines.push(line),
      })
      return { targets, invalidLines, result }
    } catch (error) {
      return { targets, invalidLines, result: { error } }
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }
}

/** What a reading has found. */
interface Recording {
  readonly targets: readonly Target[]
  readonly invalidLines: readonly string[]
  readonly result: SourceRead | { readonly error: unknown }
}
