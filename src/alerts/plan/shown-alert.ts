import type { Alert } from '../alert.ts'

/** An alert with times of another clock, such as that of the machine, which people see. `wallOffset`: how far that is ahead, in ms. */
export function shownAlert(alert: Alert, wallOffset: number): Alert {
  if (wallOffset === 0) return alert
  const { since, resolvedAt } = alert
  return {
    ...alert,
    since: since + wallOffset,
    resolvedAt: resolvedAt === null ? null : resolvedAt + wallOffset,
  }
}
