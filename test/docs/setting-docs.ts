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

/** The key, and how it can be written on a line as well. */
function keysOf({ name, alias, withPath }: UrlSetting): string {
  const other = alias === undefined ? withPath : `${alias}=`
  return other === undefined ? code(name) : `${code(name)}; on a line also ${code(other)}`
}

function settingRow(setting: UrlSetting): string[] {
  const { type, offHelp, conflicts, label } = setting
  const alone = conflicts.map((other) => `not together with ${code(other)}`)
  const labels = label === undefined ? [] : [`label ${code(label)} in a Prometheus list`]
  const off = offHelp === null ? [] : [`${code('off')}: ${offHelp}`]
  return [
    keysOf(setting),
    type.text,
    [meaningOf(setting), ...off, ...alone, ...labels].join('; '),
    defaultOf(setting),
  ]
}
