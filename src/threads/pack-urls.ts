import { Packer } from '../resource/packer.ts'
import type { ResourceId, Verdict } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import { verdictBetweenPolls } from '../state/settling.ts'
import type { UrlSettling } from '../state/settling.ts'
import { packUrl } from '../state/url-batch.ts'
import type { EarlierVerdict } from '../state/earlier-state.ts'

/** What is known of the settling of a URL: `KnownSettling`. */
export interface SettlingSource {
  of(id: ResourceId): UrlSettling | null
}

/** What an earlier run knew: `Recorder`. */
interface EarlierSource {
  /** Null: nothing. */
  earlier(id: ResourceId): EarlierVerdict | null
}

/** What is known of a URL of its polls. */
export interface KnownPolls {
  readonly verdict: Verdict
  readonly errCount: number
  /** Null without rules. */
  readonly settling: UrlSettling | null
}

/** What is known of URLs besides the table. */
export interface KnownUrls {
  readonly settling: SettlingSource
  /** What was known before polls whose States are yet to come; null: as it is now. */
  readonly before?: (id: ResourceId) => KnownPolls | null
  /** The settings of a URL as a text without secrets; null: nobody shows them. */
  readonly settings: ((id: ResourceId) => string) | null
  /** What an earlier run knew of the verdicts; null: nothing. */
  readonly earlier: EarlierSource | null
  /** Where URLs are listed; null: nobody shows it. */
  readonly places: ReadonlyMap<ResourceId, string> | null
}

const NOTHING: KnownUrls = { settling: { of: () => null }, settings: null, earlier: null, places: null }

/** The most URLs in one message, which makes about half a megabyte. */
const MAX_URLS_PER_MESSAGE = 10_000

/** Packs URLs without their credentials, and what main knows of each, for `register` messages. */
export function* packUrls(
  table: ResourceTable,
  ids: Iterable<ResourceId>,
  known: KnownUrls = NOTHING,
): Generator<ArrayBuffer> {
  const packer = new Packer()
  let packed = 0
  for (const id of ids) {
    const { settling, verdict, errCount } = known.before?.(id) ?? knownPolls(table, id, known.settling)
    packUrl(packer, {
      id,
      url: table.displayName(id),
      generation: table.generation(id),
      verdict: settling === null ? verdict : verdictBetweenPolls(settling.findings, verdict),
      errCount,
      labels: table.labels(id),
      settling,
      settings: known.settings === null ? null : known.settings(id),
      place: known.places?.get(id) ?? null,
      earlier: known.earlier === null || verdict === 'pending' ? null : known.earlier.earlier(id),
    })
    if (++packed % MAX_URLS_PER_MESSAGE === 0) yield packer.take()
  }
  if (packer.length > 0) yield packer.take()
}

/** What main knows now. */
export function knownPolls(table: ResourceTable, id: ResourceId, settling: SettlingSource): KnownPolls {
  return { verdict: table.verdict(id), errCount: table.errCount(id), settling: settling.of(id) }
}

/** Packs the ids of URLs for an `unregister` message. */
export function packIds(table: ResourceTable, ids: Iterable<ResourceId>): ArrayBuffer {
  const packer = new Packer()
  for (const id of ids) {
    packer.u32(id)
    packer.u16(table.generation(id))
  }
  return packer.take()
}
