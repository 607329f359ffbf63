import type { ResourceTable } from '../resource/resource-table.ts'

/** All ids of a table. In an ordinary array, a million of them would leave 30 MB of garbage. */
export function packedIds(table: ResourceTable): Uint32Array {
  const all = new Uint32Array(table.size)
  let at = 0
  for (const id of table.ids()) all[at++] = id
  return all
}
