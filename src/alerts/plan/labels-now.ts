import type { Alert } from '../alert.ts'
import type { AlertRow } from './planner-state.ts'

/** An alert with the labels that its URL has now. */
export function labelledNow({ alert, labels }: AlertRow): Alert {
  return labels === undefined ? alert : { ...alert, labels }
}

/** A row whose URL has these labels from now on. */
export function withLabels({ groupKey, phase, alert }: AlertRow, labels: Alert['labels']): AlertRow {
  if (alert.labels === labels) return { groupKey, phase, alert }
  const isUntold = phase === 'waiting' || phase === 'muted'
  return isUntold ? { groupKey, phase, alert: { ...alert, labels } } : { groupKey, phase, alert, labels }
}
