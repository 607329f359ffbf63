import { Unpacker } from '../../resource/packer.ts'
import type { Packer } from '../../resource/packer.ts'
import { VERDICTS } from '../../resource/resource.ts'
import type { ResourceId } from '../../resource/resource.ts'
import { REASONS } from '../../state/reasons.ts'
import type { Reason } from '../../state/reasons.ts'
import type { AlertPoll } from '../engine/alert-poll.ts'

/** A poll as it is sent to the alerter: its reason is one of the table. */
export interface SentPoll extends AlertPoll {
  readonly reason: Reason
}

/** Added to the code of a verdict: a text follows. */
const HAS_DETAIL = 0x80

/** Writes a poll: 35 bytes and its text. */
export function packPoll(packer: Packer, poll: SentPoll): void {
  const { detail } = poll
  packer.u32(poll.id)
  packer.u16(poll.generation)
  packer.u8(VERDICTS.indexOf(poll.verdict) | (detail === null ? 0 : HAS_DETAIL))
  packer.u8(REASONS.indexOf(poll.reason))
  packer.u16(poll.status)
  packer.f64(poll.at)
  packer.f32(poll.durationMs)
  packer.u32(poll.errCount)
  packer.f64(poll.certificateExpiresAt)
  if (detail !== null) packer.text(detail)
}

/** Calls `visit` with each poll in a buffer, in the order in which they were packed. */
export function unpackPolls(buffer: ArrayBuffer, visit: (poll: SentPoll) => void): void {
  const from = new Unpacker(buffer)
  while (from.hasMore) {
    const id = from.u32() as ResourceId
    const generation = from.u16()
    const code = from.u8()
    visit({
      id,
      generation,
      verdict: VERDICTS[code & ~HAS_DETAIL] as SentPoll['verdict'],
      reason: REASONS[from.u8()] as Reason,
      status: from.u16(),
      at: from.f64(),
      durationMs: from.f32(),
      errCount: from.u32(),
      certificateExpiresAt: from.f64(),
      detail: (code & HAS_DETAIL) === 0 ? null : from.text(),
    })
  }
}
