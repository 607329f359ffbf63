import type { ResourceTable } from '../../resource/resource-table.ts'
import type { ProbePollers, ProbeRelay } from './probe-relay.ts'
import type { ModuleSource } from './start-relay.ts'

/** The relay of probes of a run with a web thread. It is not loaded without one: the result is null then. `modules`: those that it serves. */
export async function createRelay(
  web: object | null,
  modules: () => ModuleSource | Promise<ModuleSource>,
  table: Pick<ResourceTable, 'origins'>,
  count: number,
  pollers: Pick<ProbePollers, 'post'>,
): Promise<ProbeRelay | null> {
  if (web === null) return null
  const { startRelay } = await import('./start-relay.ts')
  return startRelay(await modules(), table, count, pollers)
}
