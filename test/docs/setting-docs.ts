import { NAMED_SETTINGS } from '../../src/settings/override.ts'
import type { UrlSetting } from '../../src/settings/url-setting-table.ts'
import { code, table } from './markdown.ts'

/** The settings of one URL, as a table in Markdown. */
export function settingTable(settings: readonly UrlSetting[]): string {
  const plain = settings.filter(({ named }) => named === undefined).map(settingRow)
  const named = [...NAMED_SETTINGS.values()].map(({ prefix, help }) => [code(`${prefix}.NAME`), 'text', help])
  return table(['key', 'value', 'meaning'], [...plain, ...named])
}

function settingRow({ name, type, help, conflicts, label }: UrlSetting): string[] {
  const alone = conflicts.map((other) => `not together with ${code(other)}`)
  const labels = label === undefined ? [] : [`label ${code(label)} in a Prometheus list`]
  return [code(name), type.text, [help, ...alone, ...labels].join('; ')]
}
