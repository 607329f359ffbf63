import type { SeenState } from '../alert.ts'
import type { AlertLog } from './alert-log.ts'
import type { LabelValues } from './label-test.ts'
import type { AppliedRules } from './rule-ref.ts'
import { changedText } from './summary.ts'
import type { KnownState, WatchedUrl } from './watched-url.ts'

/** What is known of a URL: what the last poll saw, or the last one before it was unknown; null: nothing. */
export function knownStateOf(seen: SeenState | null, url: WatchedUrl | undefined): KnownState | null {
  if (seen === null || seen.verdict === 'unknown') return url?.known ?? null
  const { verdict, reason, status, detail } = seen
  return { verdict, reason, status, detail }
}

/** Tells a change of verdict, reason or status. Unknown is none: it says nothing of the URL. */
export function tellChange(
  log: AlertLog,
  url: string,
  labels: () => LabelValues,
  known: KnownState,
  seen: SeenState | null,
  { changed }: AppliedRules,
  now: number,
): void {
  if (seen === null || seen.verdict === 'unknown') return
  if (seen.verdict === known.verdict && seen.reason === known.reason && seen.status === known.status) return
  for (const ref of changed) log.fire(ref, { url, group: '' }, labels(), now, changedText(known, seen), seen)
}
