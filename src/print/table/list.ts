import { statusText } from '../text.ts'
import { LAST_POLLS } from '../../state/history.ts'
import { escapeText } from '../escape.ts'
import { ageCell, certificateCell, shareCell, sparkline, timeCell, urlText, whole } from './cells.ts'
import { MOST_ROWS } from './ranking.ts'
import type { Sort } from './ranking.ts'
import { LOOKS } from './style.ts'
import type { Style } from './style.ts'
import type { ListPage, Row, Size } from './view.ts'
import { cutTo, padStartTo, padTo, widthOf } from './width.ts'

const SORT_NAMES: Readonly<Record<Sort, string>> = {
  worst: 'worst first',
  changed: 'last changed first',
  slowest: 'slowest first',
  certificate: 'certificates by their end',
  list: 'as in the list',
}

/** The line of column names, then a row for each URL. */
export function listLines(page: ListPage, now: number, size: Size, style: Style): string[] {
  const rows = page.rows.map((row) => cells(row, now))
  const columns = columnsFor(size, rows)
  const names = ` ${lineOf(NAMES, columns)}`.trimEnd()
  // What the rows are stands at the right end, over the URLs.
  const about = aboutText(page)
  const room = size.columns - names.length - 2
  const head = padTo(names, size.columns - Math.min(room, widthOf(about))) + cutTo(about, room)
  return [
    style('dim', cutTo(head, size.columns)),
    ...rows.map((row, n) => {
      const line = lineOf(row, columns)
      if (n === page.chosen) return style('inverse', padTo(`>${line}`, size.columns))
      const verdict = page.rows[n]?.latest.verdict ?? 'pending'
      return ` ${style(LOOKS[verdict], line.slice(0, VERDICT_WIDTH))}${line.slice(VERDICT_WIDTH)}`
    }),
  ]
}

function aboutText({ sort, search, searched, matches, first, rows }: ListPage): string {
  const most = matches > MOST_ROWS ? `, the first ${whole(MOST_ROWS)}` : ''
  const places = rows.length === 0 ? '' : ` ${whole(first + 1)}–${whole(first + rows.length)}`
  const seen = searched < 1 ? ` (searching: ${Math.floor(searched * 100)}%)` : ''
  const what = search === '' ? '' : `"${escapeText(search, 20)}": `
  return `${what}${whole(matches)}${seen}${most}, ${SORT_NAMES[sort]}${places === '' ? '' : `,${places}`}`
}

const NAMES = ['VERDICT', 'STATUS', 'TIME', 'LAST', 'UP', 'CERT', 'AGE', 'URL'] as const
const VERDICT_WIDTH = 7
const CERT = NAMES.indexOf('CERT')
const AT_RIGHT: ReadonlySet<number> = new Set(
  ['TIME', 'UP', 'CERT', 'AGE'].map((name) => NAMES.indexOf(name as never)),
)

/** How wide each column is, the URL having the rest; 0 for one that is left out, on a narrow terminal above all. */
function columnsFor(size: Size, rows: readonly (readonly string[])[]): readonly number[] {
  const status = Math.min(40, Math.max(10, 15 + Math.floor((size.columns - 80) / 3)))
  const certificate = rows.some((row) => row[CERT] !== '') ? 4 : 0
  const from = (columns: number, width: number) => (size.columns < columns ? 0 : width)
  const fixed = [
    VERDICT_WIDTH,
    status,
    5,
    from(72, LAST_POLLS),
    from(60, 5),
    from(60, certificate),
    from(50, 3),
  ]
  const taken = fixed.reduce((sum, width) => sum + (width === 0 ? 0 : width + 1), 1)
  return [...fixed, Math.max(1, size.columns - taken)]
}

function lineOf(parts: readonly string[], columns: readonly number[]): string {
  return parts
    .map((part, n) => (AT_RIGHT.has(n) ? padStartTo : padTo)(part, columns[n] as number))
    .filter((_, n) => columns[n] !== 0)
    .join(' ')
}

function cells({ latest, past }: Row, now: number): string[] {
  const polled = latest.verdict !== 'pending'
  return [
    latest.verdict,
    polled ? statusText(latest) : '',
    polled ? timeCell(past.durationMs) : '',
    sparkline(past.last),
    shareCell(past.upShare),
    certificateCell(past.expiresAt, now),
    polled ? ageCell(now - past.at) : '',
    urlText(latest.url),
  ]
}
