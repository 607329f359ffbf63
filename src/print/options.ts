/** How results are printed. */
export const FORMATS = ['log', 'json', 'quiet'] as const

/** `log` for people, `json` for pipelines, `quiet` for the exit code alone. */
export type Format = (typeof FORMATS)[number]

/** How far the run had come. */
export interface Since {
  /** When it began, in ms on the monotonic clock. */
  readonly startedAt: number
  /** Polls that were done. */
  readonly polls: number
}

/** What the monitor is told once, at its start. */
export interface MonitorOptions {
  readonly format: Format
  /** Print a State only when its verdict, reason or status differs from that URL's last. */
  readonly changes: boolean
  /** Time between printed states, in ms; null to print only at the end. */
  readonly statusIntervalMs: number | null
  /** How many pollers there are. */
  readonly pollers: number
  /** What came before this monitor, when another has ended; null for the first. */
  readonly since: Since | null
}
