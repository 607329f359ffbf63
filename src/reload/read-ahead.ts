import { setImmediate } from 'node:timers/promises'
import { redactUrl } from '../resource/redact-url.ts'
import { offerTarget } from '../targets/read-targets.ts'
import type { Target } from '../targets/target.ts'
import type { Source, SourceRead } from './source.ts'
import { sourceFingerprint } from './source-watcher.ts'

/** The most lists that are fetched at the same time. Each is held in memory until its turn comes. */
export const MAX_CONCURRENT_FETCHES = 16

/** How many targets are passed on in one slice, which takes a few ms. */
const TARGETS_PER_SLICE = 1_000

/** A reading of a source. */
export interface Reading {
  /** The fingerprint of its files before they are read. To be called before `read`. */
  readonly before: () => Promise<string>
  readonly read: Source['read']
}

/** A reading that was started: `read` waits for its end and passes on what it has found. */
interface PendingRead extends Reading {
  /** Resolves when it has ended, with success or not. */
  readonly done: Promise<void>
}

/** A reading that begins when it is asked for. */
export function readInTurn(source: Source): Reading {
  return { before: () => sourceFingerprint(source.reloadPolicy), read: (sink) => source.read(sink) }
}

/** Whether a source comes from a server. */
export function isRemote({ reloadPolicy }: Source): boolean {
  return reloadPolicy !== null && 'everyMs' in reloadPolicy
}

/** Whether a source asks servers, which may be slow; a sitemap index does so in a file too. */
export function isSlow(source: Source): boolean {
  return isRemote(source) || source.asksServers === true
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
      before: async () => (await recorded).before,
      async read(sink) {
        const { targets, invalidLines, result } = await recorded
        for (const [n, target] of targets.entries()) {
          offerTarget(sink, target, () => `${source.name}: ${redactUrl(target.url)}`, null)
          if (n % TARGETS_PER_SLICE === TARGETS_PER_SLICE - 1) await setImmediate()
        }
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
    const before = await sourceFingerprint(source.reloadPolicy)
    const targets: Target[] = []
    const invalidLines: string[] = []
    try {
      const result = await source.read({
        target: (target) => targets.push(target),
        invalid: (line) => invalidLines.push(line),
      })
      return { before, targets, invalidLines, result }
    } catch (error) {
      return { before, targets, invalidLines, result: { error } }
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }
}

/** What a reading has found. */
interface Recording {
  readonly before: string
  readonly targets: readonly Target[]
  readonly invalidLines: readonly string[]
  readonly result: SourceRead | { readonly error: unknown }
}
