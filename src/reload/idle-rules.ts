import type { Config } from '../config/config.ts'
import type { ConfigFile } from '../config/config-file.ts'
import { parseLabels } from '../resource/labels.ts'
import type { ResourceTable } from '../resource/resource-table.ts'

type LabelSet = Readonly<Record<string, string>>

/** Tells which alert rules and which public pages are for no URL of the lists, a line each; most often a label is misspelt. */
export async function idleRuleLines(file: ConfigFile | null, table: ResourceTable): Promise<string[]> {
  if (file === null) return []
  const { config } = file
  const lines = config.pages.length === 0 ? [] : emptyPageLines(file.path, config.pages, table)
  if (config.alerts === null) return lines
  // Loaded only where it is asked for.
  const { idleRuleNotices } = await import('../config/alerts/idle-rule-notices.ts')
  return [...lines, ...idleRuleNotices(config, distinctLabels(table))]
}

/** Pages are bounded by the configuration. */
function emptyPageLines(path: string, pages: Config['pages'], table: ResourceTable): string[] {
  let empty = pages
  for (const labels of distinctLabels(table)) {
    empty = empty.filter(({ match }) => !match.every(([label, value]) => labels[label] === value))
    if (empty.length === 0) break
  }
  return empty.map(
    ({ name }) => `${path}: public: match of the page ${name}: no URL of the lists has such labels`,
  )
}

/** The labels of all Resources, equal ones once. */
function* distinctLabels(table: ResourceTable): Generator<LabelSet> {
  const seen = new Set<string>()
  for (const id of table.ids()) {
    const text = table.labels(id)
    if (seen.has(text)) continue
    seen.add(text)
    yield parseLabels(text)
  }
}
