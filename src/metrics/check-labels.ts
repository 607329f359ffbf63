import { parseLabels } from '../resource/labels.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import { metricLabels } from './metric-labels.ts'

/** Why the labels of the list cannot be those of metrics: the first URL of which two labels would have one name; null if they can. */
export function labelCollision(table: ResourceTable): string | null {
  // Bounded by the different labels of the list.
  const checked = new Set<string>([''])
  for (const id of table.listed()) {
    const labels = table.labels(id)
    if (checked.has(labels)) continue
    checked.add(labels)
    const { collision } = metricLabels(parseLabels(labels))
    if (collision !== null) return `${table.displayName(id)}: ${collision}`
  }
  return null
}
