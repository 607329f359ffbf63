import { REASONS } from './reasons.ts'
import type { Reason } from './reasons.ts'

/** In place of a reason that is not known. */
const NO_REASON = 0xff

/** A reason as a byte: its index in REASONS. */
export function reasonByte(reason: Reason | null): number {
  return reason === null ? NO_REASON : REASONS.indexOf(reason)
}

/** The reason of a byte; null: it is not known. */
export function reasonOfByte(byte: number): Reason | null {
  return REASONS[byte] ?? null
}
