import { counted } from '../resource/counted.ts'
import type { ListDiff } from './list-comparison.ts'
import type { SourceRead } from './source.ts'
import type { TrackedSource } from './tracked-source.ts'

/** Why a reading is rejected that had no error; null if it is accepted. */
export function rejectReason(
  tracked: TrackedSource,
  { countBefore, countNow }: ListDiff,
  { endsWithNewline }: SourceRead,
  allowShrink: boolean,
): string | null {
  if (!endsWithNewline && tracked.endsWithNewline)
    return 'its last line has no line break, so it may be half written'
  if (countNow * 2 >= countBefore || allowShrink) return null
  return `it has ${counted(countNow, 'URL')}, ${countBefore} before: a list that shrinks by more than half needs --allow-shrink`
}
