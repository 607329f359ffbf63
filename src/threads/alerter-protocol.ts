import type { AlertFigures } from '../state/alert-figures.ts'

/** Alerter → monitor, on the port of the FeedMessages. */
export interface AlerterStatus {
  readonly type: 'status'
  readonly figures: AlertFigures
}
