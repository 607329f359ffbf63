/** How many of something there are, and the values of the labels that tell it from others. */
export type LabelledCount = readonly [labels: readonly string[], count: number]

/** How the alerter is. */
export interface AlertFigures {
  /** Alerts that fire, by rule and kind. */
  readonly firing: readonly LabelledCount[]
  /** Alerts that fire and are kept from being told. */
  readonly muted: number
  /** Silences that last. */
  readonly silences: number
  /** Maintenance windows by name: 1 while it is open, otherwise 0. */
  readonly maintenance: readonly LabelledCount[]
  /** Notifications since the alerter's start, by receiver and result. */
  readonly notifications: readonly LabelledCount[]
  /** Notifications that must be sent yet. */
  readonly pending: number
  /** CPU time of the alerter's thread, in ms. */
  readonly cpuMs: number
}

/** Nothing has happened yet. */
export const NO_ALERT_FIGURES: AlertFigures = {
  firing: [],
  muted: 0,
  silences: 0,
  maintenance: [],
  notifications: [],
  pending: 0,
  cpuMs: 0,
}
