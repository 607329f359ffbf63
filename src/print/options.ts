/** How results are printed. */
export const FORMATS = ['log', 'json', 'quiet'] as const

/** `log` for people, `json` for pipelines, `quiet` for the exit code alone. */
export type Format = (typeof FORMATS)[number]

/** What the monitor is told once, at its start. */
export interface MonitorOptions {
  readonly format: Format
  /** Print a State only when its verdict, reason or status differs from that URL's last. */
  readonly changes: boolean
  /** Each URL is polled once, and all is printed at the end. */
  readonly once: boolean
  /** Time between printed states, in ms; null to print only at the end. */
  readonly statusIntervalMs: number | null
  /** How many pollers there are. */
  readonly pollers: number
  /** A file that gets the results as well; null: none. */
  readonly output: string | null
}
