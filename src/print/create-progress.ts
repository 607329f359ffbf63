import type { Output } from './output.ts'
import { ProgressBar } from './progress-bar.ts'
import { monotonicMs } from '../runtime/clock.ts'

/** A progress bar on standard error, for a run that polls so many URLs once. */
export function createProgress(stderr: Output, urls: number): ProgressBar {
  const screen = {
    write: (text: string) => stderr.write(text),
    flush: (stalledMs: number) => stderr.flush(stalledMs),
    columns: () => process.stderr.columns,
  }
  return new ProgressBar(screen, urls, monotonicMs)
}
