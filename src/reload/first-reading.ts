import { asErrors } from '../resource/as-errors.ts'
import { ListError } from '../targets/read-targets.ts'
import type { Place, Refusal } from '../targets/read-targets.ts'
import type { Target } from '../targets/target.ts'
import { JoinedUrls } from './joined-urls.ts'
import { combineErrors } from './list-errors.ts'
import { isRemote, ReadAhead } from './read-ahead.ts'
import type { Source } from './source.ts'
import { sourceFingerprint } from './source-watcher.ts'
import type { TrackedSource } from './tracked-source.ts'

/** The result of the first reading. */
export interface FirstReading {
  /** How many targets have a URL that was on the list already. */
  readonly duplicates: number
  /** How many targets are invalid. Each was reported. */
  readonly invalid: number
  /** How many Resources have a URL with TLS. */
  readonly secure: number
}

/**
 * Reads all sources in their order, those from servers at the same time. `add` takes each target and returns whether its URL
 * is new. `refuse` tells why one can't be taken, or null. `log` takes lines for standard error; `refusesInvalid`: an invalid line ends the run. Rejects with a ListError when a source that is not optional can't be read.
 * If several sources from servers can't be read, the error names them all.
 */
export async function readSources(
  sources: readonly TrackedSource[],
  add: (target: Target, source: number, place: Place | undefined) => boolean,
  refuse: (target: Target) => Refusal | null,
  log: (line: string) => void,
  refusesInvalid: boolean,
): Promise<FirstReading> {
  let duplicates = 0
  let secure = 0
  const failed: ListError[] = []
  const joined = new JoinedUrls(log)
  const ahead = new ReadAhead()
  const reads = sources.map(({ source }): Source['read'] =>
    isRemote(source) ? ahead.start(source).read : (sink) => source.read(sink),
  )
  for (const [number, tracked] of sources.entries()) {
    const { source } = tracked
    if (failed.length > 0 && !isRemote(source)) continue
    const invalid = (line: string) => {
      tracked.invalid++
      log(refusesInvalid ? asErrors(line) : line)
    }
    const target = (one: Target, place?: Place) => {
      if (add(one, number, place)) {
        if (/^(?:https|tls|wss|grpcs):/.test(one.url)) secure++
        joined.add(one.url, place)
      } else duplicates++
    }
    tracked.fingerprint = await sourceFingerprint(source.reloadPolicy)
    try {
      const read = reads[number] as Source['read']
      const { endsWithNewline, notice } = await read({ target, invalid, refuse })
      tracked.endsWithNewline = endsWithNewline
      if (notice !== undefined) log(notice)
      tracked.taken()
    } catch (error) {
      if (!(error instanceof ListError)) throw error
      tracked.lastError = error.message
      if (source.optionalAtStart) {
        log(`${error.message}; it will be tried again`)
        continue
      }
      failed.push(error)
      // Requests to servers are under way and may fail too, so they are waited for. Nothing else is begun.
      if (!isRemote(source)) break
    }
  }
  joined.end()
  if (failed.length > 0) throw combineErrors(failed)
  const invalid = sources.reduce((sum, source) => sum + source.invalid, 0)
  return { duplicates, invalid, secure }
}
