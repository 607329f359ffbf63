import type { InputFile } from '../../print/text/input-files.ts'
import type { MonitorOptions, ResumePoint } from '../../print/text/monitor-options.ts'
import { isOneOutput, screenSize } from '../../runtime/terminal.ts'
import type { ScreenOptions } from '../../runtime/screen.ts'

/** The options of a run that concern the monitor. */
export interface PrintOptions extends Pick<
  MonitorOptions,
  'format' | 'changes' | 'verbose' | 'once' | 'brief' | 'outputs' | 'settings'
> {
  readonly statusIntervalMs: number
  readonly poolSize: number
  /** Where a web thread listens; null: there is none. */
  readonly listen: object | null
  /** Where metrics are pushed; null: nowhere. */
  readonly otlp: object | null
  /** Where history is kept; null: nowhere. */
  readonly recorder: object | null
  /** What alerts are made of; null: there are none. */
  readonly alerts: object | null
}

/** Returns what makes the options of each monitor that is started. `screen` is the terminal of a live view, or null. */
export function monitorOptions(
  {
    format,
    changes,
    verbose,
    once,
    brief,
    outputs,
    settings,
    statusIntervalMs,
    poolSize,
    listen,
    otlp,
    recorder,
    alerts,
  }: PrintOptions,
  inputs: readonly InputFile[],
  screen: ScreenOptions | null,
): (resumeFrom: ResumePoint | null) => MonitorOptions {
  return (resumeFrom) => ({
    format,
    changes,
    verbose,
    oneOutput: isOneOutput(),
    once,
    brief,
    outputs,
    settings,
    statusIntervalMs: once ? null : statusIntervalMs,
    pollers: poolSize,
    inputs,
    metrics: listen !== null || otlp !== null,
    history: recorder !== null,
    alerts: alerts !== null,
    // The terminal may have another size since the previous monitor was started.
    screen: screen === null ? null : { ...screen, size: screenSize() },
    resumeFrom,
  })
}
