import type { Style } from './style.ts'
import type { ScreenSize } from '../../runtime/screen.ts'
import { truncateTo } from './width.ts'

const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ['/', 'search in URL, verdict, reason, status, labels; Enter ends typing, Esc clears'],
  ['s  S', 'next and previous order: worst, changed, slowest, certificate, list'],
  ['↑ ↓  k j', 'choose a URL, which is then followed wherever its row goes'],
  ['PgUp PgDn', 'a page up, a page down'],
  ['Home End', 'the first row, the last'],
  ['Enter', 'all that is known of the chosen URL'],
  ['Esc', 'back; in the list: ends the search'],
  ['q  Ctrl-C', 'end: what is in flight is finished, then the state is printed'],
]

const COLUMNS: readonly (readonly [name: string, meaning: string])[] = [
  ['LAST', 'how long its last polls took, the newest at the right; × was not up'],
  ['UP', 'share of polls since the start that were up'],
  ['CERT', 'days to the end of its certificate, where 30 or fewer'],
  ['AGE', 'how long ago it was polled'],
]

/** What the keys and the columns mean. */
export function helpLines({ columns }: ScreenSize, style: Style): string[] {
  const line = ([name, meaning]: readonly [string, string]) =>
    truncateTo(`  ${name.padEnd(11)}${meaning}`, columns)
  return [style('bold', 'Keys'), ...KEYS.map(line), style('bold', 'Columns'), ...COLUMNS.map(line)]
}
