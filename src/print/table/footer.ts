import { escapeText } from '../text/escape.ts'
import { histogramBars, timeCell, formatCount } from './cells.ts'
import { HISTOGRAM_FROM_MS, HISTOGRAM_TO_MS } from './poll-stats.ts'
import type { Style } from './style.ts'
import type { Page, View, TableStats } from './view.ts'
import type { ScreenSize } from '../../runtime/screen.ts'
import { truncateTo, padEndTo } from './width.ts'

/** With fewer rows than this, the footer shows only the keys. */
const MIN_ROWS_FOR_STATS = 14

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
  const most = errorRows(size)
  const errors = view.stats.errors
    .slice(-most)
    .map((line) => style('yellow', truncateTo(escapeText(line, columns * 2), columns)))
  if (errors.length === 0) errors.push(style('dim', truncateTo('no errors', columns)))
  while (errors.length < most) errors.push('')
  return [
    truncateTo(timesText(view.stats), columns),
    truncateTo(outcomesText(view.stats), columns),
    ...errors,
    keys,
  ]
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
    case 'help':
      return style('inverse', padEndTo(' Esc back  q quit', columns))
    case 'list':
      if (!page.typing) {
        return style(
          'inverse',
          padEndTo(
            ` / search  s sort: ${page.sort}  d down  u unknown  Enter detail  ? help  q quit`,
            columns,
          ),
        )
      }
      return style(
        'inverse',
        padEndTo(` search: ${escapeText(page.search, columns)}█  Enter done  Esc clear`, columns),
      )
    default:
      return page satisfies never
  }
}
