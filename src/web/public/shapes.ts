import { markup } from './markup.ts'
import type { Markup } from './markup.ts'
import type { DayKind, Past } from './page-history.ts'
import type { GroupVerdict } from './page-view.ts'
import { dateText } from './wording.ts'

/** Days that are named in the text of a row of bars. */
const MAX_NAMED_DAYS = 10

/** The shape of a verdict. It says nothing to a screen reader: the word stands beside it. */
export function glyph(verdict: GroupVerdict): Markup {
  return markup`<svg class="glyph ${verdict}" viewBox="0 0 14 14" aria-hidden="true">${SHAPES[verdict]}</svg>`
}

const SHAPES: Readonly<Record<GroupVerdict, Markup>> = {
  up: markup`<circle cx="7" cy="7" r="5" />`,
  degraded: markup`<path d="M7 1.5l5.5 10.5h-11z" />`,
  down: markup`<path d="M1 2h12L7 13z" />`,
  unknown: markup`<circle cx="7" cy="7" r="4.5" />`,
  maintenance: markup`<path d="M2 2h10v10h-10z" />`,
}

/** Where the bar of a day begins, of a height of 20: the worse, the higher. */
const TOPS: Readonly<Record<DayKind, number>> = {
  none: 18,
  unknown: 13,
  maintenance: 13,
  up: 6,
  degraded: 3,
  down: 0,
}

/** Where the mark of a day with maintenance begins, at the foot of its bar. */
const MARK_TOP = 15

/** A bar for each day, with a mark where there was maintenance. One path for all days of a kind: 90 days are a few hundred bytes. */
export function bars(
  { kinds, maintained }: Pick<Past, 'kinds' | 'maintained'>,
  days: readonly number[],
): Markup {
  const paths = (Object.keys(TOPS) as DayKind[]).flatMap((kind) => {
    const drawn = kinds.flatMap((one, day) => (one === kind ? `M${day * 4 + 2} ${TOPS[kind]}V20` : []))
    return drawn.length === 0 ? [] : [markup`<path class="${kind}" d="${drawn.join('')}" />`]
  })
  const marks = maintained.flatMap((isIn, day) => (isIn ? `M${day * 4 + 2} ${MARK_TOP}V20` : []))
  if (marks.length > 0) paths.push(markup`<path class="maintenance" d="${marks.join('')}" />`)
  const width = kinds.length * 4
  const label = barsText({ kinds, maintained }, days)
  return markup`<svg class="bars" viewBox="0 0 ${width} 20" preserveAspectRatio="none" role="img" aria-label="${label}">${paths}</svg>`
}

/** What the bars say. */
function barsText(
  { kinds, maintained }: Pick<Past, 'kinds' | 'maintained'>,
  days: readonly number[],
): string {
  const bad = kinds.flatMap((kind, day) => (kind === 'down' || kind === 'degraded' ? [days[day] ?? 0] : []))
  const watched = kinds.filter((kind) => kind !== 'none').length
  const length = `${watched} of ${kinds.length} days watched`
  const failures = bad.length === 0 ? 'none with a failure' : `${bad.length} with failures: ${named(bad)}`
  const inMaintenance = maintained.flatMap((isIn, day) => (isIn ? [days[day] ?? 0] : []))
  const maintenance =
    inMaintenance.length === 0 ? '' : `; ${inMaintenance.length} with maintenance: ${named(inMaintenance)}`
  return `${length}, ${failures}${maintenance}`
}

/** The last of some days. */
function named(days: readonly number[]): string {
  const last = days.slice(-MAX_NAMED_DAYS).map((day) => dateText(day))
  return `${days.length > last.length ? 'last ' : ''}${last.join(', ')}`
}
