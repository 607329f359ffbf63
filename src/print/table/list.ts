import { counted } from '../../resource/counted.ts'
import { statusText } from '../text/state-text.ts'
import { LAST_POLLS } from '../../state/recent-polls.ts'
import { escapeText } from '../text/escape.ts'
import { ageCell, certificateCell, shareCell, sparkline, timeCell, displayUrl, formatCount } from './cells.ts'
import type { Sort } from './ranking.ts'
import { MAX_ROWS } from './row-groups.ts'
import { VERDICT_STYLES } from './style.ts'
import type { Style } from './style.ts'
import type { ListPage, Row } from './view.ts'
import type { LatestState } from '../../state/latest-state.ts'
import type { ScreenSize } from '../../runtime/screen.ts'
import { truncateTo, padStartTo, padEndTo, shortenTo, textWidth } from './width.ts'

/** The longest name and value of a label in a heading, in UTF-16 units. */
const MAX_HEADING_NAME = 80

/** With fewer columns for its name, a heading has no counts by verdict. */
const MIN_HEADING_NAME = 12

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
  const columns = columnWidths(size, rows)
  const names = ` ${formatRow(COLUMN_NAMES, columns)}`.trimEnd()
  const room = size.columns - names.length - 2
  // The right end of the line of names says which rows these are and, if there is room, their order, which the footer says too.
  const whole = listSummary(page, true)
  const about = textWidth(whole) <= room ? whole : listSummary(page, false)
  const head = padEndTo(names, size.columns - Math.min(room, textWidth(about))) + truncateTo(about, room)
  const lines = [style('dim', truncateTo(head, size.columns))]
  for (const [n, row] of rows.entries()) {
    lines.push(...headingLines(page, n, size, style))
    const line = formatRow(row, columns)
    const verdict = page.rows[n]?.latest.verdict ?? 'pending'
    lines.push(
      n === page.selected
        ? style('inverse', padEndTo(`>${line}`, size.columns))
        : ` ${style(VERDICT_STYLES[verdict], line.slice(0, VERDICT_WIDTH))}${line.slice(VERDICT_WIDTH)}`,
    )
  }
  return [...lines, ...headingLines(page, rows.length, size, style)]
}

const HEADING_VERDICTS = ['down', 'unknown', 'pending', 'up'] as const

/** The heading above a row, if a group begins there: `team=web  12 URLs  1 down  11 up`. */
function headingLines(
  { group, headings }: ListPage,
  row: number,
  { columns }: ScreenSize,
  style: Style,
): string[] {
  const heading = headings.get(row)
  if (group === null || heading === undefined) return []
  const { key, counts } = heading
  const label = escapeText(group, MAX_HEADING_NAME)
  const name =
    typeof key === 'object'
      ? `${label}=${escapeText(key.value, MAX_HEADING_NAME)}`
      : key === 'without'
        ? `without ${label}`
        : `${label}: other values`
  const known = HEADING_VERDICTS.filter((verdict) => counts[verdict] > 0)
  const size = known.reduce((sum, verdict) => sum + counts[verdict], 0)
  const parts = known.map((verdict) => [verdict, `  ${formatCount(counts[verdict])} ${verdict}`] as const)
  const total = `  ${counted(size, 'URL', formatCount(size))}`
  const room = columns - textWidth(total + parts.map(([, text]) => text).join(''))
  if (room < MIN_HEADING_NAME) return [style('bold', truncateTo(name + total, columns))]
  return [
    style('bold', truncateTo(name, room) + total) +
      parts.map(([verdict, text]) => style(VERDICT_STYLES[verdict], text)).join(''),
  ]
}

/** The longest text of a server in a whole reason, in UTF-16 units. */
const MAX_REASON = 400

/** The verdict and the whole reason of the selected row, if the list has no room for it; null: it has. */
export function cutReason(page: ListPage, now: number, size: ScreenSize): LatestState | null {
  const latest = page.rows[page.selected]?.latest
  if (latest === undefined || latest.verdict === 'pending') return null
  const widths = columnWidths(
    size,
    page.rows.map((row) => cells(row, now)),
  )
  return textWidth(wholeReason(latest)) > (widths[STATUS] as number) ? latest : null
}

/** The reason of a URL, of which no more is cut than can be shown. */
export function wholeReason(latest: LatestState): string {
  return statusText(latest, MAX_REASON)
}

function listSummary(
  { sort, search, only, group, searchProgress, matches, first, rows }: ListPage,
  order: boolean,
): string {
  // Headings say how many there are of each group.
  const most = matches > MAX_ROWS && group === null ? `, the first ${formatCount(MAX_ROWS)}` : ''
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

/** The URL keeps this share of the columns, within these bounds, before a column gives way or a reason is cut. Longer ones are shortened. */
const URL_SHARE = 0.4
const MIN_URL_WIDTH = 24
const ENOUGH_URL_WIDTH = 32

/** The status keeps this many columns before its end is cut. */
const MIN_STATUS_WIDTH = 10

/**
 * The width of each column. 0: it is left out, since the reasons of these rows need the room. The URL gets the rest. Only where there is no
 * column left that could give way is a reason cut.
 */
function columnWidths(size: ScreenSize, rows: readonly (readonly string[])[]): readonly number[] {
  const widest = (column: number) => Math.max(0, ...rows.map((row) => textWidth(row[column] ?? '')))
  const share = Math.max(MIN_URL_WIDTH, Math.floor(size.columns * URL_SHARE))
  const url = Math.min(ENOUGH_URL_WIDTH, share, Math.max(URL_HEAD_WIDTH, widest(URL_COLUMN)))
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

function cells({ latest, recentPolls }: Row, now: number): string[] {
  // Of a URL that only main knew, no poll is known.
  const polled = recentPolls.at > 0
  return [
    latest.verdict,
    latest.verdict === 'pending' ? '' : statusText(latest),
    polled ? timeCell(recentPolls.durationMs) : '',
    sparkline(recentPolls.lastDurations),
    shareCell(recentPolls.upShare),
    certificateCell(recentPolls.expiresAt, now),
    polled ? ageCell(now - recentPolls.at) : '',
    displayUrl(latest.url),
  ]
}
