import type { ResourceId } from './resource.ts'
import type { ResourceTable } from './resource-table.ts'

/** Forgets that the server of a Resource has refused both HEAD and GET, since with other settings it may accept one of them. */
export function forgetRefusals(table: ResourceTable, id: ResourceId): void {
  const row = table.read(id)
  // If only HEAD was refused, GET goes on being used.
  if (row.refusedStatus !== 0) table.write({ ...row, headRefusedUntil: 0, refusedStatus: 0 })
}
