import { escapeText } from '../text/escape.ts'
import { histogramBars, timeCell, formatCount } from './cells.ts'
import { HISTOGRAM_FROM_MS, HISTOGRAM_TO_MS } from './poll-stats.ts'
import { cutReason, wholeReason } from './list.ts'
import type { Style } from './style.ts'
import type { ListPage, Page, View, TableStats } from './view.ts'
import type { ScreenSize } from '../../runtime/screen.ts'
import { truncateTo, padEndTo, textWidth, wrapTo } from './width.ts'

/** With fewer rows than this, the footer shows only the keys. */
const MIN_ROWS_FOR_STATS = 14

/** The longest name of a label in the line of keys, in UTF-16 units. */
const MAX_LABEL_NAME = 20

/** Maximum number of rows for the reason of the selected row. */
const MAX_REASON_ROWS = 3

/** Rows of the footer. Pages other than the list have only the keys. */
export function footerRows(size: ScreenSize, page: Pick<Page, 'type'>): number {
  return size.rows < MIN_ROWS_FOR_STATS || page.type !== 'list' ? 1 : 3 + errorRows(size)
}

function errorRows({ rows }: ScreenSize): number {
  return rows < 20 ? 1 : rows < 40 ? 3 : 6
}

/** The footer: durations and outcomes of polls, the last errors, and the keys. */
export function footerLines(view: View, size: ScreenSize, style: Style): string[] {
  const { columns } = size
  const keys = keysLine(view, size, style)
  if (footerRows(size, view.page) === 1) return [keys]
  const reason = reasonLines(view, size, style)
  const most = errorRows(size) - reason.length
  const errors = view.stats.errors
    .slice(Math.max(0, view.stats.errors.length - most))
    .map((line) => truncateTo(escapeText(line, columns * 2), columns))
  if (errors.length === 0 && most > 0) errors.push(style('dim', truncateTo('no errors', columns)))
  while (errors.length < most) errors.push('')
  return [
    truncateTo(timesText(view.stats), columns),
    truncateTo(outcomesText(view.stats), columns),
    ...errors,
    ...reason,
    keys,
  ]
}

/** The reason of the selected row, if the list cuts it: it takes the place of errors. */
function reasonLines({ at, page }: View, size: ScreenSize, style: Style): string[] {
  const latest = page.type === 'list' ? cutReason(page, at, size) : null
  if (latest === null) return []
  const lines = wrapTo(`>${latest.verdict} ${wholeReason(latest)}`, size.columns)
  const most = Math.min(MAX_REASON_ROWS, errorRows(size))
  const shown = lines.length <= most ? lines : [...lines.slice(0, most - 1), lines.slice(most - 1).join(' ')]
  return shown.map((line) => style('bold', truncateTo(line, size.columns)))
}

function timesText({ duration, histogram }: TableStats): string {
  const { p50, p90, p99, max } = duration
  return (
    `took p50 ${timeCell(p50)}  p90 ${timeCell(p90)}  p99 ${timeCell(p99)}  max ${timeCell(max)}  ` +
    `${HISTOGRAM_FROM_MS}ms ${histogramBars(histogram)} ${HISTOGRAM_TO_MS / 1000}s`
  )
}

function outcomesText({ outcomes }: TableStats): string {
  return outcomes.length === 0
    ? 'no answers yet'
    : outcomes.map(([what, count]) => `${what} ×${formatCount(count)}`).join('  ')
}

function keysLine({ page, keys }: View, { columns }: ScreenSize, style: Style): string {
  if (!keys)
    return style('inverse', padEndTo(' standard input is no terminal: no keys; Ctrl-C ends', columns))
  switch (page.type) {
    case 'detail':
      return style('inverse', padEndTo(' Esc back  c curl  / search  ? help  q quit', columns))
    case 'help': {
      const scroll = page.hasMore ? '  ↓ more' : page.above > 0 ? '  ↑ more' : ''
      return style('inverse', padEndTo(` Esc back${scroll}`, columns))
    }
    case 'list':
      if (!page.typing) return style('inverse', padEndTo(listKeys(page, columns), columns))
      return style(
        'inverse',
        padEndTo(` search: ${escapeText(page.search, columns)}█  Enter done  Esc clear`, columns),
      )
    default:
      return page satisfies never
  }
}

/** The place in the order of keys of one that does nothing. */
const NEVER = Number.POSITIVE_INFINITY

/** The keys of the list; those that are dropped first where there is no room for them have the highest numbers. */
function listKeys({ sort, group, hasLabels }: ListPage, columns: number): string {
  const keys: readonly (readonly [text: string, drop: number])[] = [
    ['/ search', 0],
    [`s sort: ${sort}`, 0],
    [group === null ? 'g group' : `g group: ${escapeText(group, MAX_LABEL_NAME)}`, hasLabels ? 1 : NEVER],
    ['d down', 3],
    ['u unknown', 4],
    ['Enter detail', 2],
    ['? help', 0],
    ['q quit', 0],
  ]
  let text = ''
  for (let most = 4; most >= 0; most--) {
    text = ` ${keys.flatMap(([one, drop]) => (drop <= most ? [one] : [])).join('  ')}`
    if (textWidth(text) <= columns) break
  }
  return text
}
