import type { Packer } from '../resource/packer.ts'
import { Unpacker } from '../resource/packer.ts'
import { VERDICTS } from '../resource/resource.ts'
import type { ResourceId, Verdict } from '../resource/resource.ts'
import { packEarlierVerdict, unpackEarlierVerdict } from './earlier-state.ts'
import type { EarlierVerdict } from './earlier-state.ts'
import type { UrlInfo } from './latest-state.ts'
import type { Parent } from './parents.ts'
import type { UrlSettling } from './settling.ts'

/** A URL as main registers it with the monitor. */
export interface RegisteredUrl extends UrlInfo {
  readonly id: ResourceId
  /** As it is printed. */
  readonly url: string
  /** Null: its verdict is that of its last poll. */
  readonly settling: UrlSettling | null
  /** What its list sets for it, without secrets; null: nobody shows it. */
  readonly settings: string | null
  /** Where it is listed; null: nobody shows it, or it is not known. */
  readonly place: string | null
  /** Null: there was no earlier run, or it did not know the URL. */
  readonly earlier: EarlierVerdict | null
}

/** Added to the verdict of a URL with settling rules, which then follow. */
const SETTLES = 0x80

/** Added to the verdict of a URL whose settings follow. */
const HAS_SETTINGS = 0x40

/** Added to the verdict of a URL that an earlier run knew: what it knew follows. */
const HAS_EARLIER = 0x20

/** Added to the verdict of a URL whose place in its list follows. */
const HAS_PLACE = 0x10

/** The id of a parent that no list has. */
const NOT_LISTED = 0xffff_ffff

/** Writes a URL. */
export function packUrl(packer: Packer, registered: RegisteredUrl): void {
  const { id, url, generation, verdict, errCount, labels, settling, settings, place, earlier } = registered
  packer.u32(id)
  packer.text(url)
  packer.u16(generation)
  const flags =
    (settling === null ? 0 : SETTLES) +
    (settings === null ? 0 : HAS_SETTINGS) +
    (place === null ? 0 : HAS_PLACE) +
    (earlier === null ? 0 : HAS_EARLIER)
  packer.u8(VERDICTS.indexOf(verdict) + flags)
  packer.u32(errCount)
  packer.text(labels)
  if (settings !== null) packer.text(settings)
  if (place !== null) packer.text(place)
  if (earlier !== null) packEarlierVerdict(packer, earlier)
  if (settling === null) return
  const { number, thresholds, parent, findings } = settling
  packer.u16(number)
  packer.u16(thresholds.downAfter)
  packer.u16(thresholds.upAfter)
  packer.text(parent?.name ?? '')
  packer.u32(parent === null || parent.id === null ? NOT_LISTED : parent.id)
  packer.u8(VERDICTS.indexOf(findings.verdict))
  packer.u8(VERDICTS.indexOf(findings.answer))
  packer.u32(findings.consecutive)
}

/** Reads the URLs of a buffer. */
export function unpackUrls(buffer: ArrayBuffer, visit: (registered: RegisteredUrl) => void): void {
  const from = new Unpacker(buffer)
  while (from.hasMore) {
    const id = from.u32() as ResourceId
    const url = from.text()
    const generation = from.u16()
    const code = from.u8()
    const verdict = verdictOf(code & ~(SETTLES | HAS_SETTINGS | HAS_PLACE | HAS_EARLIER))
    const errCount = from.u32()
    const labels = from.text()
    const settings = (code & HAS_SETTINGS) === 0 ? null : from.text()
    const place = (code & HAS_PLACE) === 0 ? null : from.text()
    const earlier = (code & HAS_EARLIER) === 0 ? null : unpackEarlierVerdict(from)
    const settling = (code & SETTLES) === 0 ? null : unpackSettling(from)
    visit({ id, url, generation, verdict, errCount, labels, settling, settings, place, earlier })
  }
}

function unpackSettling(from: Unpacker): UrlSettling {
  return {
    number: from.u16(),
    thresholds: { downAfter: from.u16(), upAfter: from.u16() },
    parent: unpackParent(from),
    findings: { verdict: verdictOf(from.u8()), answer: verdictOf(from.u8()), consecutive: from.u32() },
  }
}

function unpackParent(from: Unpacker): Parent | null {
  const name = from.text()
  const id = from.u32()
  return name === '' ? null : { name, id: id === NOT_LISTED ? null : (id as ResourceId) }
}

function verdictOf(code: number): Verdict {
  return VERDICTS[code] as Verdict
}
