import { Packer, Unpacker } from '../resource/packer.ts'
import { VERDICTS } from '../resource/resource.ts'
import type { ResourceId, Verdict } from '../resource/resource.ts'
import { reasonByte, reasonOfByte } from './reason-byte.ts'
import type { Reason } from './reasons.ts'

/** What an earlier run knew of the verdict of a URL. */
export interface EarlierVerdict {
  /** Since when, in ms since the epoch. */
  readonly since: number
  /** Null: that is not known. */
  readonly reason: Reason | null
  readonly status: number
}

/** What was known of a URL when an earlier run ended. Times in ms since the epoch. */
export interface EarlierState extends EarlierVerdict {
  readonly id: ResourceId
  /** As it was shown. */
  readonly verdict: Verdict
  /** The last verdict that says something of the URL, up or down; null: it never had one. */
  readonly settled: 'up' | 'down' | null
  /** When its last poll ended. */
  readonly at: number
  readonly errCount: number
  /** Of the last request; '' without HTTP. */
  readonly method: string
}

/** Writes what was known of a verdict. */
export function packEarlierVerdict(packer: Packer, { since, reason, status }: EarlierVerdict): void {
  packer.f64(since)
  packer.u8(reasonByte(reason))
  packer.u16(status)
}

/** Reads what `packEarlierVerdict` wrote. */
export function unpackEarlierVerdict(from: Unpacker): EarlierVerdict {
  return { since: from.f64(), reason: reasonOfByte(from.u8()), status: from.u16() }
}

/** Packs what was known of URLs into a buffer to transfer. */
export function packEarlier(states: Iterable<EarlierState>): ArrayBuffer {
  const packer = new Packer()
  for (const state of states) {
    packer.u32(state.id)
    packer.u8(VERDICTS.indexOf(state.verdict))
    packer.u8(VERDICTS.indexOf(state.settled ?? 'unknown'))
    packEarlierVerdict(packer, state)
    packer.f64(state.at)
    packer.u32(state.errCount)
    packer.text(state.method)
  }
  return packer.take()
}

/** Calls `visit` with each state in a buffer that `packEarlier` made. */
export function unpackEarlier(buffer: ArrayBuffer, visit: (state: EarlierState) => void): void {
  const from = new Unpacker(buffer)
  while (from.hasMore)
    visit({
      id: from.u32() as ResourceId,
      verdict: VERDICTS[from.u8()] as Verdict,
      settled: settledOf(VERDICTS[from.u8()]),
      ...unpackEarlierVerdict(from),
      at: from.f64(),
      errCount: from.u32(),
      method: from.text(),
    })
}

function settledOf(verdict: Verdict | undefined): EarlierState['settled'] {
  return verdict === 'up' || verdict === 'down' ? verdict : null
}
