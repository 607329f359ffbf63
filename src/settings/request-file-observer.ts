import type { FileUse } from './file-uses.ts'
import type { FileChange } from './request-file.ts'

/** What follows the files that settings name. */
export interface RequestFileObserver {
  /** These files are new, have other contents, or are not named any more. */
  changed(files: readonly FileChange[]): void
  /** What names files now, besides readings under way. Without it, no file is ever forgotten. */
  uses?(): Iterable<FileUse>
  /** A line for standard error, without its line break. */
  log(line: string): void
}
