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
import { truncateTo, padStartTo, padEndTo, shortenTo, textWidth } from './width.ts'

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
  const columns = columnWidths(size, rows)
  const names = ` ${formatRow(COLUMN_NAMES, columns)}`.trimEnd()
  const room = size.columns - names.length - 2
  const whole = listSummary(page, true)
  // The order is in the footer too.
  const about = textWidth(whole) <= room ? whole : listSummary(page, false)
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

function listSummary(
  { sort, search, only, searchProgress, matches, first, rows }: ListPage,
  order: boolean,
): string {
  const most = matches > MAX_ROWS ? `, the first ${formatCount(MAX_ROWS)}` : ''
  const places = rows.length === 0 ? '' : ` ${formatCount(first + 1)}–${formatCount(first + rows.length)}`
  const seen = searchProgress < 1 ? ` (searching: ${Math.floor(searchProgress * 100)}%)` : ''
  const parts = [...(only === null ? [] : [only]), ...(search === '' ? [] : [`"${escapeText(search, 20)}"`])]
  const what = parts.length === 0 ? '' : `${parts.join(' ')}: `
  return `${what}${formatCount(matches)}${seen}${most}${order ? `, ${SORT_NAMES[sort]}` : ''}${places === '' ? '' : `,${places}`}`
}

const COLUMN_NAMES = ['VERDICT', 'STATUS', 'TIME', 'LAST', 'UP', 'CERT', 'AGE', 'URL'] as const
const VERDICT_WIDTH = 7
const URL_HEAD_WIDTH = 3
const STATUS = COLUMN_NAMES.indexOf('STATUS')
const CERT = COLUMN_NAMES.indexOf('CERT')
const URL_COLUMN = COLUMN_NAMES.indexOf('URL')
const RIGHT_ALIGNED: ReadonlySet<number> = new Set(
  ['TIME', 'UP', 'CERT', 'AGE'].map((name) => COLUMN_NAMES.indexOf(name as never)),
)

/** The columns that give way to the reason, the first one first. */
const GIVE_WAY = ['LAST', 'AGE', 'UP', 'TIME', 'CERT'] as const

/** The URL keeps this many columns, in which it is shortened, before a column gives way. */
const MIN_URL_WIDTH = 24

/** The status keeps this many columns before its end is cut. */
const MIN_STATUS_WIDTH = 10

/**
 * The width of each column. 0: it is left out, since the reasons of these rows need the room. The URL gets the rest. Only where there is no
 * column left that could give way is a reason cut.
 */
function columnWidths(size: ScreenSize, rows: readonly (readonly string[])[]): readonly number[] {
  const widest = (column: number) => Math.max(0, ...rows.map((row) => textWidth(row[column] ?? '')))
  const url = Math.min(MIN_URL_WIDTH, Math.max(URL_HEAD_WIDTH, widest(URL_COLUMN)))
  const status = Math.max(MIN_STATUS_WIDTH, widest(STATUS))
  const certificate = rows.some((row) => row[CERT] !== '') ? 4 : 0
  const widths = [VERDICT_WIDTH, status, 5, LAST_POLLS, 5, certificate, 3, url]
  // One column is for the mark of the selected row.
  const spare = () =>
    size.columns - 1 - widths.reduce((sum, width) => sum + (width === 0 ? 0 : width + 1), -1)
  for (const name of GIVE_WAY) if (spare() < 0) widths[COLUMN_NAMES.indexOf(name)] = 0
  const cut = Math.min(Math.max(0, -spare()), status - MIN_STATUS_WIDTH)
  widths[STATUS] = status - cut
  widths[URL_COLUMN] = Math.max(1, url + spare())
  return widths
}

function formatRow(parts: readonly string[], columns: readonly number[]): string {
  return parts
    .map((part, n) => {
      const width = columns[n] as number
      if (n === URL_COLUMN) return padEndTo(shortenTo(part, width), width)
      return (RIGHT_ALIGNED.has(n) ? padStartTo : padEndTo)(part, width)
    })
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
