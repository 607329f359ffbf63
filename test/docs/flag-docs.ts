import packageJson from '#package.json' with { type: 'json' }
import { configFlags } from '../../src/command/config-flags.ts'
import { variableOf } from '../../src/command/environment.ts'
import type { Flag } from '../../src/settings/flag.ts'
import { GROUPS } from '../../src/settings/flag.ts'
import { configKeys } from '../../src/config/top-level.ts'
import { code, table } from './markdown.ts'

/** Keys of a configuration that are not the name of the flag. */
const PLURAL_KEYS: Readonly<Record<string, string>> = { file: 'files', header: 'headers' }

/** The flags in Markdown: a table for each group. */
export function flagTables(flags: readonly Flag[]): string {
  return GROUPS.map((group) => {
    const rows = flags.filter((flag) => flag.group === group)
    return `**${group}**\n\n${table(['flag', 'meaning', 'default'], rows.map(flagRow))}`
  }).join('\n')
}

/** The environment variable and the configuration key of each flag, as a table in Markdown. */
export function sourceTable(flags: readonly Flag[]): string {
  const keys = new Set(configKeys(configFlags(flags)))
  const rows = flags.map(({ name }) => {
    const key = PLURAL_KEYS[name] ?? name
    return [code(`--${name}`), code(variableOf(name)), keys.has(key) ? code(key) : '']
  })
  return table(['flag', 'environment variable', 'configuration key'], rows)
}

/** The help of a flag, without a default. */
export function meaningOf({ help }: Flag): string {
  return help.replace(HELP_DEFAULT, '')
}

/** The default of a flag; '' for none. */
export function defaultOf({ help, initialText }: Flag): string {
  const text = HELP_DEFAULT.exec(help)?.[1] ?? initialText ?? ''
  return text.replaceAll(packageJson.version, 'VERSION')
}

const HELP_DEFAULT = / \(default: (.*)\)$/

function flagRow(flag: Flag): string[] {
  const { usage, name, offHelp, choices } = flag
  const off = offHelp === null ? [] : [`\`--no-${name}\`: ${offHelp}`]
  const allowed = choices === null ? [] : [`one of ${choices.map(code).join(', ')}`]
  return [code(usage), [meaningOf(flag), ...off, ...allowed].join('; '), defaultOf(flag)]
}
