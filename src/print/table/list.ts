import { statusText } from '../text/state-text.ts'
import { LAST_POLLS } from '../../state/history.ts'
import { escapeText } from '../text/escape.ts'
import { ageCell, certificateCell, shareCell, sparkline, timeCell, displayUrl, formatCount } from './cells.ts'
import { MAX_ROWS } from './ranking.ts'
import type { Sort } from './ranking.ts'
import { VERDICT_STYLES } from './style.ts'
import type { Style } from './style.ts'
import type { ListPage, Row } from './view.ts'
import type { ScreenSize } from '../../runtime/screen.ts'
import { truncateTo, padStartTo, padEndTo, textWidth } from './width.ts'

const SORT_NAMES: Readonly<Record<Sort, string>> = {
  worst: 'worst first',
  changed: 'last changed first',
  slowest: 'slowest first',
  certificate: 'certificates by their end',
  list: 'as in the list',
}

/** The list: the line of column names, then a row for each URL. */
export function listLines(page: ListPage, now: number, size: ScreenSize, style: Style): string[] {
  const rows = page.rows.map((row) => cells(row, now))
  // The right end, above the URLs, says which rows these are.
  const about = listSummary(page)
  const columns = columnWidths(size, rows, `URL  ${about}`)
  const names = ` ${formatRow(COLUMN_NAMES, columns)}`.trimEnd()
  const room = size.columns - names.length - 2
  const head = padEndTo(names, size.columns - Math.min(room, textWidth(about))) + truncateTo(about, room)
  return [
    style('dim', truncateTo(head, size.columns)),
    ...rows.map((row, n) => {
      const line = formatRow(row, columns)
      if (n === page.selected) return style('inverse', padEndTo(`>${line}`, size.columns))
      const verdict = page.rows[n]?.latest.verdict ?? 'pending'
      return ` ${style(VERDICT_STYLES[verdict], line.slice(0, VERDICT_WIDTH))}${line.slice(VERDICT_WIDTH)}`
    }),
  ]
}

function listSummary({ sort, search, searchProgress, matches, first, rows }: ListPage): string {
  const most = matches > MAX_ROWS ? `, the first ${formatCount(MAX_ROWS)}` : ''
  const places = rows.length === 0 ? '' : ` ${formatCount(first + 1)}–${formatCount(first + rows.length)}`
  const seen = searchProgress < 1 ? ` (searching: ${Math.floor(searchProgress * 100)}%)` : ''
  const what = search === '' ? '' : `"${escapeText(search, 20)}": `
  return `${what}${formatCount(matches)}${seen}${most}, ${SORT_NAMES[sort]}${places === '' ? '' : `,${places}`}`
}

const COLUMN_NAMES = ['VERDICT', 'STATUS', 'TIME', 'LAST', 'UP', 'CERT', 'AGE', 'URL'] as const
const VERDICT_WIDTH = 7
const STATUS = COLUMN_NAMES.indexOf('STATUS')
const CERT = COLUMN_NAMES.indexOf('CERT')
const URL_COLUMN = COLUMN_NAMES.indexOf('URL')
const RIGHT_ALIGNED: ReadonlySet<number> = new Set(
  ['TIME', 'UP', 'CERT', 'AGE'].map((name) => COLUMN_NAMES.indexOf(name as never)),
)

/**
 * The width of each column; the URL gets the rest, at least the width of `urlHead`. 0: the column is left out, as on a narrow terminal.
 * A status that is cut gets what the URLs leave free.
 */
function columnWidths(
  size: ScreenSize,
  rows: readonly (readonly string[])[],
  urlHead: string,
): readonly number[] {
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
  const url = Math.max(1, size.columns - taken)
  const widest = (column: number) => Math.max(0, ...rows.map((row) => textWidth(row[column] ?? '')))
  const spare = Math.max(0, url - Math.max(textWidth(urlHead), widest(URL_COLUMN)))
  const more = Math.min(spare, Math.max(0, widest(STATUS) - status))
  return [...fixed.with(STATUS, status + more), url - more]
}

function formatRow(parts: readonly string[], columns: readonly number[]): string {
  return parts
    .map((part, n) => (RIGHT_ALIGNED.has(n) ? padStartTo : padEndTo)(part, columns[n] as number))
    .filter((_, n) => columns[n] !== 0)
    .join(' ')
}

function cells({ latest, history }: Row, now: number): string[] {
  const polled = latest.verdict !== 'pending'
  return [
    latest.verdict,
    polled ? statusText(latest) : '',
    polled ? timeCell(history.durationMs) : '',
    sparkline(history.lastDurations),
    shareCell(history.upShare),
    certificateCell(history.expiresAt, now),
    polled ? ageCell(now - history.at) : '',
    displayUrl(latest.url),
  ]
}
