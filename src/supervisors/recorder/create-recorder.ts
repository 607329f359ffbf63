import type { ResourceTable } from '../../resource/resource-table.ts'
import type { KnownSettling } from '../../state/known-settling.ts'
import type { Recorder } from './recorder.ts'

type Making = ConstructorParameters<typeof Recorder>

/** The recorder of a run. It is not loaded where no history is kept: `options` is null then, and so is the result. */
export async function createRecorder(
  table: ResourceTable,
  settling: KnownSettling,
  options: Making[2] | null,
  hooks: Making[3],
): Promise<Recorder | null> {
  if (options === null) return null
  const { Recorder: Loaded } = await import('./recorder.ts')
  return new Loaded(table, settling, options, hooks)
}
