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

/** The most occurrences of a window that are compared. */
const MAX_OCCURRENCES = 60

/** The most windows with occurrences that are compared. */
const MAX_COMPARED = 100

/** Warns of windows for the same URLs that overlap soon, and of one that overlaps itself. */
export function warnOfOverlaps(reader: ValueReader, windows: readonly PlacedWindow[], now: number): void {
  const byMatch = new Map<
    string,
    { readonly placed: PlacedWindow; readonly spans: readonly Occurrence[] }[]
  >()
  for (const placed of windows.slice(0, MAX_COMPARED)) {
    const { window, offset } = placed
    const spans = upcoming(window, now)
    if (spans.some(({ from }, n) => n > 0 && from < (spans[n - 1] as Occurrence).to))
      reader.warn(offset, 'maintenance: the window comes again before it has ended')
    const same = byMatch.get(matchKey(window)) ?? []
    const other = same.find((one) => overlap(one.spans, spans))
    if (other !== undefined)
      reader.warn(
        offset,
        `maintenance: it overlaps ${quote(other.placed.window.name)}, which is for the same URLs`,
      )
    byMatch.set(matchKey(window), [...same, { placed, spans }])
  }
}

/** Equal for windows whose matchers are the same, in any order. */
function matchKey({ match }: MaintenanceWindow): string {
  return JSON.stringify(match.map((one) => JSON.stringify(one)).toSorted())
}

/** The occurrences from `now` on, the first of them. */
function upcoming({ when }: MaintenanceWindow, now: number): Occurrence[] {
  if ('from' in when) return [{ from: when.from, to: when.to }]
  const cron = makeCron(when.cron, when.timeZone)
  const spans: Occurrence[] = []
  for (let from = cron.next(now); from !== null && spans.length < MAX_OCCURRENCES; from = cron.next(from))
    spans.push({ from, to: from + when.forMs })
  return spans
}

function overlap(some: readonly Occurrence[], others: readonly Occurrence[]): boolean {
  return some.some((one) => others.some(({ from, to }) => one.from < to && from < one.to))
}
