import type { Style } from './style.ts'
import type { ScreenSize } from '../../runtime/screen.ts'
import { truncateTo, wrapTo } from './width.ts'

type Entry = readonly [name: string, meaning: string]
type Section = readonly [heading: string, entries: readonly Entry[]]

/** Every line fits 80 columns. */
const SECTIONS: readonly Section[] = [
  [
    'Keys',
    [
      ['/', 'search URL, verdict, reason, status, labels; Enter ends, Esc clears'],
      ['s  S', 'next, previous order: worst, changed, slowest, certificate, list'],
      ['', 'worst: down, unknown, pending, up; of each, last changed first'],
      ['d  u', 'list only what is down, unknown; again: all'],
      ['g', 'group by a label of the list; again: by the next one, then not'],
      ['↑ ↓  k j', 'select a URL; the selection follows it when its row moves'],
      ['PgUp PgDn', 'page up, page down; Home End: first row, last row'],
      ['Enter', 'all that is known of the URL; c: its curl command, again: hide it'],
      ['Esc', 'back; in the list: list all URLs again'],
      ['q', 'quit, as Ctrl-C: when polls in flight have ended; again: now'],
    ],
  ],
  [
    'Columns: LAST AGE UP TIME CERT give way to a long STATUS',
    [
      ['STATUS', 'where it is cut: that of the selected URL is whole above the keys'],
      ['TIME', 'how long its last poll took'],
      ['LAST', 'its last polls, newest right; bars above its fastest; × was not up'],
      ['UP', 'share of polls since the start that were up'],
      ['AGE', 'time since its last poll'],
      ['CERT', 'days until its certificate ends, if 30 or fewer'],
    ],
  ],
  [
    'Header and footer',
    [
      ['in flight', 'URLs that pollers have: being polled, or next'],
      ['late', 'how late polls start: 99 % of recent ones by no more than this'],
      ['due', 'URLs whose poll should start now, but no poller has room'],
      ['skipped', 'polls left out: the last one still ran; 0 is not shown'],
      ['pollers', 'threads that poll, and how busy each is; 100% is one core'],
      ['invalid', 'lines of the lists that were left out: --check names them'],
      ['took', 'durations since the start, bars from 1 ms to 8 s'],
      ['200  ok', 'what polls found: a status, or a reason; ok: up without a status'],
      ['12:34:56', 'when this line came to standard error; UTC, as the clock above'],
    ],
  ],
  [
    'Words',
    [
      ['pending', 'not polled yet'],
      ['unknown', 'nobody can tell: this machine, its network, proxy or parent failed'],
      ['(wait)', 'where time ran out: dns, connect, tls, wait (for an answer), body'],
      ['… in a row', 'polls without an answer; a 500 is an answer'],
      ['MB', 'memory of the whole process'],
    ],
  ],
]

const NAME_WIDTH = 13

/** The page that explains keys, columns, header, footer and words: all of its lines. Where one is too long it goes on below. */
export function helpLines({ columns }: Pick<ScreenSize, 'columns'>, style: Style): string[] {
  const lines: string[] = []
  for (const [heading, entries] of SECTIONS) {
    lines.push(style('bold', truncateTo(heading, columns)))
    for (const [name, meaning] of entries)
      for (const [n, text] of wrapTo(meaning, columns - NAME_WIDTH).entries())
        lines.push((n === 0 ? `  ${name}` : '').padEnd(NAME_WIDTH) + text)
  }
  return lines
}
