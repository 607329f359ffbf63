/**
 * What is wrong with a file that headcount keeps something in:
 * - `in-use`: another process has it open
 * - `newer`: a newer headcount wrote it
 * - `foreign`: the file is something else
 * - `damaged`: it has been set aside under another name; opening it again begins a new file
 * - `removed`: the file is no longer there; opening it again begins a new one
 * - `full`: there is no room to write
 * - `io`: any other failure of the disk or of SQLite
 */
export type StoreFault = 'in-use' | 'newer' | 'foreign' | 'damaged' | 'removed' | 'full' | 'io'

/** A file that cannot be opened, read or written. Its message is a sentence for people. */
export class StoreError extends Error {
  readonly fault: StoreFault

  constructor(fault: StoreFault, message: string, cause?: unknown) {
    super(message, { cause })
    this.fault = fault
  }
}

/** Whether another attempt to open a file would fail with this error as well. */
export function isLasting(error: unknown): boolean {
  return error instanceof StoreError && (error.fault === 'newer' || error.fault === 'foreign')
}

/** What is in the file, and cannot be removed, takes more than its bound. The message is a sentence for people. */
export class TooLarge extends Error {}

/** A blob or a text in the file is not as it was written. */
export class DamagedBlob extends Error {}
