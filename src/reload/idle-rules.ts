import type { ConfigFile } from '../config/config-file.ts'
import { parseLabels } from '../resource/labels.ts'
import type { ResourceTable } from '../resource/resource-table.ts'

/** Tells which alert rules can't fire for any URL of the lists, a line each; most often a label is misspelt. */
export async function idleRuleLines(file: ConfigFile | null, table: ResourceTable): Promise<string[]> {
  if (file === null || file.config.alerts === null) return []
  // Loaded only where it is asked for.
  const { idleRuleNotices } = await import('../config/alerts/idle-rule-notices.ts')
  return idleRuleNotices(file.config, distinctLabels(table))
}

/** The labels of all Resources, equal ones once. */
function* distinctLabels(table: ResourceTable): Generator<Readonly<Record<string, string>>> {
  const seen = new Set<string>()
  for (const id of table.ids()) {
    const text = table.labels(id)
    if (seen.has(text)) continue
    seen.add(text)
    yield parseLabels(text)
  }
}
