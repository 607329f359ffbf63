import type { ScreenOptions } from '../../runtime/screen.ts'
import type { FormatName } from './formats.ts'
import type { InputFile } from './input-files.ts'
import type { PrinterOptions } from './printer.ts'

/** How far the run had come. */
export interface ResumePoint {
  /** When it began, in ms on the monotonic clock. */
  readonly startedAt: number
  /** Polls that were done. */
  readonly polls: number
}

/** What the monitor is told once, at its start. */
export interface MonitorOptions extends PrinterOptions {
  readonly format: FormatName
  /** Each URL is polled once, and all is printed at the end. */
  readonly once: boolean
  /** Print every failed poll on standard error. */
  readonly verbose: boolean
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
