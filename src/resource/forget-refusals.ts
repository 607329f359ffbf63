import type { ResourceId } from './resource.ts'
import type { ResourceTable } from './resource-table.ts'

/** Forgets which methods the server of a Resource has refused, since with other settings it may accept them. */
export function forgetRefusals(table: ResourceTable, id: ResourceId): void {
  table.write({ ...table.read(id), headRefusedUntil: 0, refusedStatus: 0 })
}
