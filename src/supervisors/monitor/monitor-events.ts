import { TOO_SLOW } from '../../print/text/printer.ts'
import type { MonitorEvent } from '../../threads/protocol.ts'

/** Errors of standard output that mean that its reader or its terminal has gone. */
const READER_GONE_CODES: ReadonlySet<string> = new Set(['EPIPE', 'EIO'])

/** What the MonitorSupervisor reports to main. */
export interface MonitorSupervisorEvents {
  /** A monitor runs and knows all URLs. */
  started(): void
  /** The running monitor posted an event. */
  received(event: MonitorEvent): void
  /** The monitor ended or stalled, and another one is started. */
  lost(reason: string): void
  /** No other one could be started. */
  failed(error: Error): void
}

/** What the monitor may change about the end of the run. */
export interface RunEnd {
  /** Each URL is polled once: results that are missing end the run with an error. */
  readonly once: boolean
  /** End the run. */
  stop(): void
  /** Some results may be missing. */
  markIncomplete(): void
  /** The run can't go on. */
  fail(error: Error): void
}

/**
 * What main does about the monitor. `log` writes lines to standard error; `interrupt` does what SIGINT does; `started` is called for
 * each monitor that knows all URLs.
 */
export function monitorEvents(
  run: RunEnd,
  log: (lines: string) => void,
  interrupt: () => void,
  started: () => void,
): MonitorSupervisorEvents {
  return {
    started,
    received: (event) => handleEvent(event, run, log, interrupt),
    lost(reason) {
      log(`${levelOfLoss(run)}${reason}; another takes its place, and some lines may be missing\n`)
      run.markIncomplete()
    },
    failed: (error) => run.fail(error),
  }
}

function handleEvent(
  event: MonitorEvent,
  run: RunEnd,
  log: (lines: string) => void,
  interrupt: () => void,
): void {
  switch (event.type) {
    case 'started':
      break
    case 'errors':
      log(event.lines)
      break
    case 'outputFailed':
      // Summaries tell how often.
      if (event.code === TOO_SLOW && !run.once) break
      if (event.file === null && READER_GONE_CODES.has(event.code)) {
        // A reader that wanted no more of `once`: the exit code and the files still tell of each URL.
        if (!run.once || event.code !== 'EPIPE') run.stop()
        break
      }
      log(`${levelOfLoss(run)}${event.file ?? 'standard output'}: ${event.code}\n`)
      run.markIncomplete()
      break
    case 'quit':
      interrupt()
      break
    default:
      event satisfies never
  }
}

function levelOfLoss({ once }: RunEnd): string {
  return once ? 'error: ' : ''
}
