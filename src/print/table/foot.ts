import { escapeText } from '../escape.ts'
import { histogramBars, timeCell, whole } from './cells.ts'
import { HISTOGRAM_FROM_MS, HISTOGRAM_TO_MS } from './stats.ts'
import type { Style } from './style.ts'
import type { Page, Size, View, Vitals } from './view.ts'
import { cutTo, padTo } from './width.ts'

/** A lower terminal has nothing but the keys. */
const LOW = 14

/** Rows that the foot takes: the pages that are one text leave nothing but the keys. */
export function footRows(size: Size, page: Pick<Page, 'type'>): number {
  return size.rows < LOW || page.type !== 'list' ? 1 : 3 + errorRows(size)
}

function errorRows({ rows }: Size): number {
  return rows < 20 ? 1 : rows < 40 ? 3 : 6
}

/** How long polls take, what they bring, the last errors, and the keys. */
export function foot(view: View, size: Size, style: Style): string[] {
  const { columns } = size
  const keys = keysLine(view, size, style)
  if (footRows(size, view.page) === 1) return [keys]
  const most = errorRows(size)
  const errors = view.vitals.errors
    .slice(-most)
    .map((line) => style('yellow', cutTo(escapeText(line, columns * 2), columns)))
  if (errors.length === 0) errors.push(style('dim', cutTo('no errors', columns)))
  while (errors.length < most) errors.push('')
  return [cutTo(timesText(view.vitals), columns), cutTo(answersText(view.vitals), columns), ...errors, keys]
}

function timesText({ duration, histogram }: Vitals): string {
  const { p50, p90, p99, max } = duration
  return (
    `took p50 ${timeCell(p50)}  p90 ${timeCell(p90)}  p99 ${timeCell(p99)}  max ${timeCell(max)}  ` +
    `${HISTOGRAM_FROM_MS}ms ${histogramBars(histogram)} ${HISTOGRAM_TO_MS / 1000}s`
  )
}

function answersText({ answers }: Vitals): string {
  return answers.length === 0
    ? 'no answers yet'
    : answers.map(([what, count]) => `${what} ×${whole(count)}`).join('  ')
}

function keysLine({ page, keys }: View, { columns }: Size, style: Style): string {
  if (!keys) return style('inverse', padTo(' standard input is no terminal: no keys; Ctrl-C ends', columns))
  switch (page.type) {
    case 'detail':
      return style('inverse', padTo(' Esc back  / search  ? help  q quit', columns))
    case 'help':
      return style('inverse', padTo(' Esc back  q quit', columns))
    case 'list':
      if (!page.typing) {
        return style(
          'inverse',
          padTo(' / search  s sort  ↑↓ PgUp PgDn choose  Enter detail  ? help  q quit', columns),
        )
      }
      return style(
        'inverse',
        padTo(` search: ${escapeText(page.search, columns)}█  Enter done  Esc clear`, columns),
      )
    default:
      return page satisfies never
  }
}
