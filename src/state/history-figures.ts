/** How the history is. */
export interface HistoryFigures {
  /** Polls that were not recorded. */
  readonly dropped: number
  /** Failed writes. */
  readonly errors: number
  readonly sizeBytes: number
  /** CPU time of the recorder's thread, in ms. */
  readonly cpuMs: number
}
