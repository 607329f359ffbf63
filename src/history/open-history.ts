import { openFile } from '../sqlite/open-file.ts'
import type { OpenFile } from '../sqlite/open-file.ts'
import { HISTORY_SCHEMA } from './schema.ts'
import { walSize } from './size-bound.ts'

/** How a history is opened for writing. */
export interface OpenHistoryOptions {
  /** In bytes. */
  readonly sizeLimit: number
  /** In ms since the epoch. */
  readonly now: () => number
  readonly warn: (line: string) => void
}

/** Opens or creates a history, alone: see `openFile`. */
export function openHistory(file: string, { sizeLimit, now, warn }: OpenHistoryOptions): OpenFile {
  return openFile(file, {
    schema: HISTORY_SCHEMA,
    walSize: walSize(sizeLimit),
    // After a power cut, the last flushes may be missing: a poll that is not counted is no harm.
    synchronous: 'NORMAL',
    now,
    warn,
  })
}
