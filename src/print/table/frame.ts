import { detailLines } from './detail.ts'
import { footerLines, footerRows } from './footer.ts'
import { headerLines, headerRows } from './header.ts'
import { helpLines } from './help.ts'
import { listLines } from './list.ts'
import type { LiveData } from './live-stats.ts'
import { withoutColours } from './style.ts'
import type { Style } from './style.ts'
import type { HelpPage, Page, View } from './view.ts'
import type { ClusterStats } from '../text/summary.ts'
import type { ScreenSize } from '../../runtime/screen.ts'
import { padEndTo } from './width.ts'

/** A terminal smaller than this gets a line that says so. */
const MIN_SIZE: ScreenSize = { columns: 30, rows: 8 }

/** Number of URLs that fit below the column names. `live`: what the header is about. */
export function visibleRows(size: ScreenSize, live: (() => Pick<LiveData, 'mainStats'>) | null): number {
  return Math.max(1, bodyRows(size, { type: 'list' }, live?.().mainStats.cluster) - 1)
}

/** How far the help can be scrolled, in lines. */
export function helpScroll(size: ScreenSize, live: (() => Pick<LiveData, 'mainStats'>) | null): number {
  const rows = bodyRows(size, { type: 'help' }, live?.().mainStats.cluster)
  return Math.max(0, helpLines(size, withoutColours).length - rows)
}

/** The help, scrolled by so many lines, or to its end if it is not that long. */
export function helpPage(size: ScreenSize, live: Parameters<typeof helpScroll>[1], above: number): HelpPage {
  const most = helpScroll(size, live)
  return { type: 'help', above: Math.min(most, above), hasMore: above < most }
}

/** Renders a frame: as many lines as the terminal has rows, none wider than it. */
export function renderFrame(view: View, size: ScreenSize, style: Style): string[] {
  if (size.columns < MIN_SIZE.columns || size.rows < MIN_SIZE.rows) {
    const small = padEndTo('the terminal is too small', size.columns)
    return [small, ...Array.from({ length: Math.max(0, size.rows - 1) }, () => '')]
  }
  const rows = bodyRows(size, view.page, view.stats.cluster)
  const body = pageLines(view.page, view, size, style).slice(0, rows)
  while (body.length < rows) body.push('')
  return [...headerLines(view, size, style), ...body, ...footerLines(view, size, style)]
}

function bodyRows(size: ScreenSize, page: Pick<Page, 'type'>, cluster: ClusterStats | undefined): number {
  return size.rows - headerRows(cluster) - footerRows(size, page)
}

function pageLines(page: Page, view: View, size: ScreenSize, style: Style): string[] {
  switch (page.type) {
    case 'list':
      return listLines(page, view.at, size, style)
    case 'detail':
      return detailLines(page, view.at, size, style)
    case 'help':
      return helpLines(size, style).slice(page.above)
    default:
      return page satisfies never
  }
}
