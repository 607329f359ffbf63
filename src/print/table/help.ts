import type { Style } from './style.ts'
import type { ScreenSize } from '../../runtime/screen.ts'
import { truncateTo } from './width.ts'

const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ['/', 'search in URL, verdict, reason, status, labels; Enter ends typing, Esc clears'],
  ['s  S', 'next and previous order: worst, changed, slowest, certificate, list'],
  ['↑ ↓  k j', 'select a URL; the selection follows it when its row moves'],
  ['PgUp PgDn', 'page up, page down'],
  ['Home End', 'first row, last row'],
  ['Enter', 'show everything known about the selected URL'],
  ['Esc', 'back; in the list: end the search'],
  ['q  Ctrl-C', 'quit: polls in flight end, then the state is printed'],
]

const COLUMNS: readonly (readonly [name: string, meaning: string])[] = [
  ['LAST', 'durations of its last polls, newest at the right; × was not up'],
  ['UP', 'share of polls since the start that were up'],
  ['CERT', 'days until its certificate expires, if 30 or fewer'],
  ['AGE', 'time since its last poll'],
]

/** The page that explains keys and columns. */
export function helpLines({ columns }: ScreenSize, style: Style): string[] {
  const line = ([name, meaning]: readonly [string, string]) =>
    truncateTo(`  ${name.padEnd(11)}${meaning}`, columns)
  return [style('bold', 'Keys'), ...KEYS.map(line), style('bold', 'Columns'), ...COLUMNS.map(line)]
}
