import type { MaintenanceWindow } from '../../alerts/alert-rule.ts'
import { makeCron } from '../../alerts/plan/cron.ts'
import type { Occurrence } from '../../alerts/plan/occurrences.ts'
import { quote } from '../../settings/quote.ts'
import type { ValueReader } from '../value-reader.ts'

/** A maintenance window with where it begins in the configuration. */
interface PlacedWindow {
  readonly window: MaintenanceWindow
  readonly offset: number
}

/** How many occurrences of one window are looked at, to see whether it overlaps itself. One takes 0.1 ms. */
const OWN_OCCURRENCES = 4
/** How many of each window that is compared with others. */
const COMPARED_OCCURRENCES = 60

/** The most windows for the same URLs that are compared. */
const MAX_COMPARED = 20

/** Warns of windows for the same URLs that overlap soon, and of one that overlaps itself. */
export function warnOfOverlaps(reader: ValueReader, windows: readonly PlacedWindow[], now: number): void {
  for (const { window, offset } of windows) {
    const spans = upcoming(window, now, OWN_OCCURRENCES)
    if (spans.some(({ from }, n) => n > 0 && from < (spans[n - 1] as Occurrence).to))
      reader.warn(offset, 'maintenance: the window comes again before it has ended')
  }
  for (const same of Map.groupBy(windows, ({ window }) => matchKey(window)).values())
    if (same.length > 1) warnOfPairs(reader, same.slice(0, MAX_COMPARED), now)
}

function warnOfPairs(reader: ValueReader, windows: readonly PlacedWindow[], now: number): void {
  const all = windows.map(({ window }) => upcoming(window, now, COMPARED_OCCURRENCES))
  for (const [index, { offset }] of windows.entries()) {
    const other = all.findIndex((spans, n) => n < index && overlap(spans, all[index] as Occurrence[]))
    if (other >= 0)
      reader.warn(
        offset,
        `maintenance: it overlaps ${quote(windows[other]?.window.name ?? '')}, which is for the same URLs`,
      )
  }
}

/** Equal for windows whose matchers are the same, in any order. */
function matchKey({ match }: MaintenanceWindow): string {
  return JSON.stringify(match.map((one) => JSON.stringify(one)).toSorted())
}

/** The occurrences from `now` on, at most so many. */
function upcoming({ when }: MaintenanceWindow, now: number, most: number): Occurrence[] {
  if ('from' in when) return [{ from: when.from, to: when.to }]
  const cron = makeCron(when.cron, when.timeZone)
  const spans: Occurrence[] = []
  for (let from = cron.next(now); from !== null && spans.length < most; from = cron.next(from))
    spans.push({ from, to: from + when.forMs })
  return spans
}

function overlap(some: readonly Occurrence[], others: readonly Occurrence[]): boolean {
  return some.some((one) => others.some(({ from, to }) => one.from < to && from < one.to))
}
