import { NAMED_SETTINGS } from '../../src/settings/override.ts'
import type { UrlSetting } from '../../src/settings/url-setting-table.ts'
import { defaultOf, meaningOf } from './flag-docs.ts'
import { code, table } from './markdown.ts'

/** The settings of one URL, as a table in Markdown. The defaults are those of the flags. */
export function settingTable(settings: readonly UrlSetting[]): string {
  const plain = settings.filter(({ named }) => named === undefined).map(settingRow)
  const named = [...NAMED_SETTINGS.values()].map(({ prefix, help }) => [
    code(`${prefix}.NAME`),
    'text',
    help,
    'none',
  ])
  return table(['key', 'value', 'meaning', 'default'], [...plain, ...named])
}

function settingRow(setting: UrlSetting): string[] {
  const { name, type, offHelp, conflicts, label } = setting
  const alone = conflicts.map((other) => `not together with ${code(other)}`)
  const labels = label === undefined ? [] : [`label ${code(label)} in a Prometheus list`]
  const off = offHelp === null ? [] : [`${code('off')}: ${offHelp}`]
  return [
    code(name),
    type.text,
    [meaningOf(setting), ...off, ...alone, ...labels].join('; '),
    defaultOf(setting),
  ]
}
