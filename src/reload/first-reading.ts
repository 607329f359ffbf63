import { asErrors } from '../resource/as-errors.ts'
import { counted } from '../resource/counted.ts'
import type { ResourceId } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import { ListError } from '../targets/read-targets.ts'
import type { Place, Refusal } from '../targets/read-targets.ts'
import { serializeLabels } from '../targets/serialize-labels.ts'
import type { Target } from '../targets/target.ts'
import type { BoundedProfiles } from './bounded-profiles.ts'
import { JoinedUrls } from './joined-urls.ts'
import { combineErrors } from './list-errors.ts'
import type { Membership } from './membership.ts'
import { isRemote, ReadAhead, readInTurn } from './read-ahead.ts'
import type { Reading } from './read-ahead.ts'
import type { TrackedSource } from './tracked-source.ts'

/** Maximum number of duplicates that are named. */
const MAX_NAMED = 5

/** The result of the first reading. */
export interface FirstReading {
  /** How many targets have a URL that was on the list already. */
  readonly duplicates: number
  /** Where the first of them are, as messages show it. */
  readonly duplicateAt: readonly string[]
  /** How many targets are invalid. Each was reported. */
  readonly invalid: number
  /** How many Resources have a URL with TLS. */
  readonly secure: number
}

/** Takes a target of the first reading. Returns whether its URL is new. */
type AddFirst = (target: Target, source: number, place: Place | undefined) => boolean

/** Adds the targets of the first reading to the table. `places` gets where each URL is listed. */
export function firstTargets(
  table: ResourceTable,
  profiles: Pick<BoundedProfiles, 'acquire'>,
  membership: Membership,
  places: Map<ResourceId, string> | null,
): AddFirst {
  return ({ url, overrides, labels }, source, place) => {
    const id = table.add(url)
    membership.add(id ?? (table.find(url) as ResourceId), source)
    if (id === null) return false
    if (places !== null && place !== undefined) places.set(id, place(''))
    if (overrides !== null) table.setProfile(id, profiles.acquire(overrides))
    if (labels !== null) table.setLabels(id, serializeLabels(labels))
    return true
  }
}

/**
 * Reads all sources in their order, those from servers at the same time. `refuse` tells why one can't be taken, or null. `log` takes lines for standard error; `refusesInvalid`: an invalid line ends the run. Rejects with a ListError when a source that is not optional can't be read.
 * If several sources from servers can't be read, the error names them all.
 */
export async function readSources(
  sources: readonly TrackedSource[],
  add: AddFirst,
  refuse: (target: Target) => Refusal | null,
  log: (line: string) => void,
  refusesInvalid: boolean,
): Promise<FirstReading> {
  let duplicates = 0
  const duplicateAt: string[] = []
  let secure = 0
  const failed: ListError[] = []
  const joined = new JoinedUrls(log)
  const ahead = new ReadAhead()
  const readings = sources.map(({ source }) => (isRemote(source) ? ahead.start(source) : readInTurn(source)))
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
      } else if (++duplicates <= MAX_NAMED) duplicateAt.push(...(place === undefined ? [] : [place('')]))
    }
    const { before, read: readAll } = readings[number] as Reading
    tracked.fingerprint = await before()
    try {
      const { endsWithNewline, notice, take, accept } = await readAll({
        target,
        invalid,
        refuse: (one) => tracked.refuse(refuse(one)),
      })
      tracked.endsWithNewline = endsWithNewline
      take?.()
      accept?.()
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
  return { duplicates, duplicateAt, invalid, secure }
}

/** Says that URLs are on the lists more than once, and where; null: none is. */
export function duplicatesLine({
  duplicates,
  duplicateAt,
}: Pick<FirstReading, 'duplicates' | 'duplicateAt'>): string | null {
  if (duplicates === 0) return null
  const more = duplicates > duplicateAt.length ? ', …' : ''
  const places = duplicateAt.length === 0 ? '' : ` (${duplicateAt.join(', ')}${more})`
  return `info: ${counted(duplicates, 'duplicate')} in the lists${places}: each URL is polled once, as its first place says\n`
}
