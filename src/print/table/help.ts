import type { Style } from './style.ts'
import type { ScreenSize } from '../../runtime/screen.ts'
import { truncateTo, wrapTo } from './width.ts'

type Entry = readonly [name: string, meaning: string]
type Section = readonly [heading: string, entries: readonly Entry[]]

/** Every line fits 80 columns, and the page 24 rows. */
const SECTIONS: readonly Section[] = [
  [
    'Keys',
    [
      ['/', 'search URL, verdict, reason, status, labels; Enter ends, Esc clears'],
      ['s  S', 'next, previous order: worst, changed, slowest, certificate, list'],
      ['d  u', 'list only what is down, unknown; again: all'],
      ['g', 'group by a label of the list; again: by the next one, then not'],
      ['↑ ↓  k j', 'select a URL; the selection follows it when its row moves'],
      ['PgUp PgDn', 'page up, page down; Home End: first row, last row'],
      ['Enter  c', 'all that is known of the selected URL; its curl command line'],
      ['Esc  q', 'back, list all; quit when polls in flight have ended, again: now'],
    ],
  ],
  [
    'Columns: LAST AGE UP TIME CERT give way to a long STATUS',
    [
      ['LAST', 'durations of its last polls, newest at the right; × was not up'],
      ['UP', 'share of polls since the start that were up'],
      ['CERT  AGE', 'days to the end of its certificate, if 30 or fewer; since a poll'],
    ],
  ],
  [
    'Header and footer',
    [
      ['in flight', 'URLs at the pollers: being polled, or next'],
      ['late', 'how late polls start: 99 % of recent ones by no more than this'],
      ['due', 'URLs whose poll should start now, but no poller has room'],
      ['skipped', 'polls left out: the last one still ran; 0 is not shown'],
      ['pollers', 'how busy each poller thread is; 100% is one core'],
      ['invalid', 'lines of the lists that were left out: --check names them'],
      ['took', 'durations since the start, bars from 1 ms to 8 s; below: outcomes'],
    ],
  ],
]

/** Shown where the terminal has rows for it. */
const MORE: readonly Section[] = [
  ...SECTIONS,
  [
    'Words',
    [
      ['pending', 'not polled yet'],
      ['unknown', 'nobody can tell: the fault is on this side, or on the way'],
      ['(wait)', 'where the time ran out: dns, connect, tls, wait, body'],
      ['… in a row', 'polls without an answer; a 500 is an answer'],
      ['MB', 'memory of the whole process'],
    ],
  ],
]

const NAME_WIDTH = 13

/**
 * The page that explains keys, columns, header and footer, in so many rows; words too, if there are rows for that. Where a line is too
 * long it goes on below, or its end is cut.
 */
export function helpLines({ columns, rows }: ScreenSize, style: Style): string[] {
  const wrap = (meaning: string) => wrapTo(meaning, columns - NAME_WIDTH)
  for (const sections of [MORE, SECTIONS]) {
    const lines = linesOf(sections, wrap, columns, style)
    if (lines.length <= rows) return lines
  }
  return linesOf(SECTIONS, (meaning) => [truncateTo(meaning, columns - NAME_WIDTH)], columns, style)
}

function linesOf(
  sections: readonly Section[],
  fit: (meaning: string) => readonly string[],
  columns: number,
  style: Style,
): string[] {
  const lines: string[] = []
  for (const [heading, entries] of sections) {
    lines.push(style('bold', truncateTo(heading, columns)))
    for (const [name, meaning] of entries)
      for (const [n, text] of fit(meaning).entries())
        lines.push((n === 0 ? `  ${name}` : '').padEnd(NAME_WIDTH) + text)
  }
  return lines
}
