import type { ScreenOptions } from '../../runtime/screen.ts'
import type { FormatName } from './formats.ts'
import type { InputFile } from './input-files.ts'
import type { PrinterOptions } from './printer.ts'

/** How far the run was when the monitor was replaced. */
export interface ResumePoint {
  /** When the run began, in ms on the monotonic clock. */
  readonly startedAt: number
  /** Polls that had ended. */
  readonly polls: number
}

/** A file that results are written to. */
export interface OutputFile {
  readonly file: string
  /** The flag or the variable that names it: `--output`. */
  readonly namedBy: string
  readonly format: FormatName
  /** What it holds is kept. */
  readonly append: boolean
}

/** The options of the monitor, given at its start. */
export interface MonitorOptions extends PrinterOptions {
  readonly format: FormatName
  /** Print every failed poll on standard error. */
  readonly verbose: boolean
  /** Standard output and standard error are the same file. */
  readonly oneOutput: boolean
  /** Time between printed states, in ms; null: print only at the end. */
  readonly statusIntervalMs: number | null
  /** Number of pollers. */
  readonly pollers: number
  /** Files that results are also written to. */
  readonly outputs: readonly OutputFile[]
  /** Files that are read, and must not be written to. */
  readonly inputs: readonly InputFile[]
  /** A web thread asks for metrics. */
  readonly metrics: boolean
  /** A recorder keeps history. */
  readonly history: boolean
  /** An alerter is told of polls. */
  readonly alerts: boolean
  /** The terminal of the format `table`; null for other formats. */
  readonly screen: ScreenOptions | null
  /** What the run sets for all URLs, as a line of a list has it; empty: nobody shows it. */
  readonly settings: readonly string[]
  /** Where the previous monitor ended; null for the first one. */
  readonly resumeFrom: ResumePoint | null
}
