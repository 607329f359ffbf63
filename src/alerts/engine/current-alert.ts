import type { Alert, SeenState } from '../alert.ts'
import { conditionOf } from './conditions.ts'
import { firedText } from './summary.ts'
import type { WatchedUrl } from './watched-url.ts'

/**
 * An alert of a URL as it is now: what the last poll saw, and since then. Its summary stays as it was where that poll says nothing of the
 * condition, as one that found a URL unknown that was down. `seen`: null if there was no poll since the start.
 */
export function currentAlert(alert: Alert, url: WatchedUrl, seen: SeenState | null, now: number): Alert {
  const firing = url.alerts.find(({ key }) => key === alert.key)
  if (seen === null || firing === undefined) return alert
  const { ref, since } = firing
  const isShown = {
    down: seen.verdict === 'down',
    unknown: seen.verdict === 'unknown',
    slow: ref.kind === 'slow' && seen.verdict === 'up' && seen.durationMs > conditionOf(ref, 'slow').overMs,
    certificate: !Number.isNaN(seen.certificateExpiresAt),
    flapping: true,
    uptime: false,
    changed: false,
    group: false,
  }[ref.kind]
  const summary = isShown ? firedText(ref, url, seen, since, now) : alert.summary
  return { ...alert, state: seen, lastedMs: now - since, summary }
}
