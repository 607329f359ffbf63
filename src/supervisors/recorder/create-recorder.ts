import type { ResourceTable } from '../../resource/resource-table.ts'
import type { MaintenanceWindow } from '../../threads/recorder-protocol.ts'
import type { Recorder } from './recorder.ts'

type Making = ConstructorParameters<typeof Recorder>

/** A configuration, as far as it says when URLs are in maintenance; null: it says nothing of that. */
interface MaintenanceSource {
  readonly alerts: { readonly maintenance: readonly MaintenanceWindow[] } | null
}

/** The file of a configuration. */
interface MaintenanceFile {
  readonly config: MaintenanceSource
  followAlerts(follow: (config: MaintenanceSource) => void): void
}

/**
 * The recorder of a run, which follows changes of the configuration. It is not loaded where no history is kept: `options` is null then, and
 * so is the result.
 */
export async function createRecorder(
  table: ResourceTable,
  file: MaintenanceFile | null,
  options: Making[1] | null,
  hooks: Making[2],
): Promise<Recorder | null> {
  if (options === null) return null
  const { Recorder: Loaded } = await import('./recorder.ts')
  const recorder = new Loaded(table, options, hooks)
  const maintain = ({ alerts }: MaintenanceSource) => recorder.maintain(alerts?.maintenance ?? [])
  if (file !== null) maintain(file.config)
  file?.followAlerts(maintain)
  return recorder
}
