import { counted } from '../resource/counted.ts'
import type { ListDiff } from './list-comparison.ts'
import type { Source, SourceRead } from './source.ts'
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

/** What goes on to be used when a reading is rejected, as a clause. `count`: the URLs of the source. */
export function keptText({ isConfig }: Source, count: number): string {
  return isConfig === true
    ? 'the previous configuration stays in use'
    : `the previous list stays in use (${counted(count, 'URL')})`
}
