import { Unpacker } from '../resource/packer.ts'
import type { Packer } from '../resource/packer.ts'
import { VERDICTS } from '../resource/resource.ts'
import type { ResourceId } from '../resource/resource.ts'
import { REASONS } from './reasons.ts'
import type { Reason } from './reasons.ts'
import type { ShownState } from './shown-state.ts'

/** What the monitor shows in place of a State: of a URL with settling rules, whose verdict may be that of earlier polls. */
export interface ShownVerdict {
  readonly id: ResourceId
  readonly verdict: ShownState['verdict']
  readonly reason: Reason
  /** What the poll found; `unknown` if its parent was down. */
  readonly answer: ShownState['verdict']
  /** How many consecutive polls found that; 0 for `unknown`. */
  readonly consecutive: number
}

/** Adds what is shown in place of a State to those of its batch. */
export function packShown(packer: Packer, { id, verdict, reason, last }: ShownState): void {
  packer.u32(id)
  packer.u8(VERDICTS.indexOf(verdict))
  packer.u8(REASONS.indexOf(reason))
  packer.u8(VERDICTS.indexOf(last === undefined ? verdict : last.answer))
  packer.u32(last?.consecutive ?? 0)
}

/** Reads what `packShown` wrote, in the order of the States. Null: nothing. */
export function unpackShown(buffer: ArrayBuffer | null): ShownVerdict[] {
  if (buffer === null) return []
  const from = new Unpacker(buffer)
  const shown: ShownVerdict[] = []
  while (from.hasMore)
    shown.push({
      id: from.u32() as ResourceId,
      verdict: VERDICTS[from.u8()] as ShownVerdict['verdict'],
      reason: REASONS[from.u8()] as Reason,
      answer: VERDICTS[from.u8()] as ShownVerdict['answer'],
      consecutive: from.u32(),
    })
  return shown
}
