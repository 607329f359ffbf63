import type { ConfigFile } from '../config/config-file.ts'
import { counted } from '../resource/counted.ts'
import type { FirstReading } from './first-reading.ts'
import type { Work } from './work.ts'

/** What `--check` says of lists, configuration and modules, and its exit code: 3 if there is a mistake. */
export function checkResult(
  { table, lists, probes }: Pick<Work, 'table' | 'lists' | 'probes'>,
  { duplicates, invalid }: FirstReading,
  config: ConfigFile | null,
  hasList: boolean,
): { readonly text: string; readonly code: 0 | 3 } {
  const mistakes = config?.problems.length ?? 0
  const inConfig = config === null ? '' : `, ${counted(mistakes, 'mistake')} in the configuration`
  const wrong = probes?.problems.length ?? 0
  const inProbes = probes === null ? '' : `, ${counted(wrong, 'mistake')} in the modules of /probe`
  const counts = `${counted(table.size, 'URL')}, ${counted(duplicates, 'duplicate')}, ${counted(invalid, 'invalid line')}`
  // Modules alone need no list.
  const isEmpty = table.size === 0 && (hasList || probes === null)
  const isWrong = invalid + mistakes + wrong > 0 || lists.hasTooManySettings || isEmpty
  return { text: `${counts}${inConfig}${inProbes}\n`, code: isWrong ? 3 : 0 }
}
