import type { ScreenOptions } from '../../runtime/screen.ts'
import type { InputFile } from './input-files.ts'

/** How results are printed. */
export const FORMATS = ['table', 'log', 'json', 'csv', 'junit', 'quiet'] as const

/** `table` for a terminal, `log` for people, `json` for pipelines, `csv` and `junit` for one poll of each URL, `quiet` for the exit code alone. */
export type Format = (typeof FORMATS)[number]

/** Formats that are one document, printed at the end of a run that polls each URL once. */
export const ONE_DOCUMENT_FORMATS: readonly Format[] = ['csv', 'junit']

/** How far the run had come. */
export interface ResumePoint {
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
  /** Each URL is polled once, and all is printed at the end. */
  readonly once: boolean
  /** Print every failed poll on standard error. */
  readonly verbose: boolean
  /** List those alone that are not up. */
  readonly brief: boolean
  /** Time between printed states, in ms; null to print only at the end. */
  readonly statusIntervalMs: number | null
  /** How many pollers there are. */
  readonly pollers: number
  /** A file that gets the results as well; null: none. */
  readonly output: string | null
  /** What is read, and never written to. */
  readonly inputs: readonly InputFile[]
  /** The terminal of the format `table`; null for all others. */
  readonly screen: ScreenOptions | null
  /** What came before this monitor, when another has ended; null for the first. */
  readonly resumeFrom: ResumePoint | null
}
