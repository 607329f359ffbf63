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
/** A window without a gap between this many occurrences, or for a longer time in ms, most likely never closes. */
const ENDLESS_OCCURRENCES = 1_000
const ENDLESS_MS = 31 * 86_400_000
/** How many occurrences of all windows are looked at, to see which of them do not close. */
const MAX_LOOKED_AT = 5_000
/** How many of each window that is compared with others. */
const COMPARED_OCCURRENCES = 60

/** The most windows for the same URLs that are compared. */
const MAX_COMPARED = 20

/** Warns of windows for the same URLs that overlap soon, and of one that overlaps itself or does not close. */
export function warnOfOverlaps(reader: ValueReader, windows: readonly PlacedWindow[], now: number): void {
  let looked = 0
  for (const { window, offset } of windows) {
    const gaps = gapsOf(upcoming(window, now).take(OWN_OCCURRENCES).toArray())
    const span = gaps.every((gap) => gap <= 0) && looked < MAX_LOOKED_AT ? joined(window, now) : null
    looked += span?.count ?? 0
    if (span !== null && (span.count >= ENDLESS_OCCURRENCES || span.to - span.from > ENDLESS_MS))
      reader.warn(
        offset,
        `maintenance: the window comes again before it has closed, and stays open until ${new Date(span.to).toISOString()} at least`,
      )
    else if (gaps.some((gap) => gap < 0))
      reader.warn(offset, 'maintenance: the window comes again before it has ended')
  }
  for (const same of Map.groupBy(windows, ({ window }) => matchKey(window)).values())
    if (same.length > 1) warnOfPairs(reader, same.slice(0, MAX_COMPARED), now)
}

function warnOfPairs(reader: ValueReader, windows: readonly PlacedWindow[], now: number): void {
  const all = windows.map(({ window }) => upcoming(window, now).take(COMPARED_OCCURRENCES).toArray())
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

/** The occurrences from `now` on that follow one another without a gap, as one; null: they come by no cron expression. */
function joined(window: MaintenanceWindow, now: number): (Occurrence & { readonly count: number }) | null {
  if ('from' in window.when) return null
  let [begin, end, count] = [Number.NaN, Infinity, 0]
  for (const { from, to } of upcoming(window, now)) {
    if (count === 0) begin = from
    else if (from > end) break
    end = to
    count++
    if (count >= ENDLESS_OCCURRENCES || end - begin > ENDLESS_MS) break
  }
  return { from: begin, to: end, count }
}

/** The occurrences from `now` on. */
function* upcoming({ when }: MaintenanceWindow, now: number): Generator<Occurrence, void> {
  if ('from' in when) {
    yield { from: when.from, to: when.to }
    return
  }
  const cron = makeCron(when.cron, when.timeZone)
  for (let from = cron.next(now); from !== null; from = cron.next(from)) yield { from, to: from + when.forMs }
}

/** The times in ms between spans that follow one another: negative for those that overlap. */
function gapsOf(spans: readonly Occurrence[]): readonly number[] {
  return spans.slice(1).map(({ from }, n) => from - (spans[n] as Occurrence).to)
}

function overlap(some: readonly Occurrence[], others: readonly Occurrence[]): boolean {
  return some.some((one) => others.some(({ from, to }) => one.from < to && from < one.to))
}
