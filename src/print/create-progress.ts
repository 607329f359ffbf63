import type { Output } from './output.ts'
import { ProgressBar } from './progress-bar.ts'
import type { Progress } from './progress-bar.ts'
import { ProgressLines } from './progress-lines.ts'
import { monotonicMs } from '../runtime/clock.ts'

/** How progress is shown on standard error: a bar on a terminal, lines elsewhere, or not at all. */
export type ProgressKind = 'bar' | 'lines' | null

/** Shows the progress of a run that polls so many URLs once on standard error; null: it is not shown. */
export function createProgress(kind: ProgressKind, stderr: Output, urls: number): Progress | null {
  if (kind === null) return null
  const screen = {
    write: (text: string) => stderr.write(text),
    flush: (stalledMs: number) => stderr.flush(stalledMs),
    columns: () => process.stderr.columns,
  }
  return kind === 'bar'
    ? new ProgressBar(screen, urls, monotonicMs)
    : new ProgressLines(screen, urls, monotonicMs)
}
