/**
 * What is wrong with a history:
 * - `in-use`: another process has it open
 * - `newer`: a newer headcount wrote it
 * - `foreign`: the file is something else
 * - `damaged`: it has been set aside under another name; the next `History.open` begins a new file
 * - `removed`: the file is no longer there; the next `History.open` begins a new one
 * - `full`: there is no room to write
 * - `io`: any other failure of the disk or of SQLite
 */
export type HistoryFault = 'in-use' | 'newer' | 'foreign' | 'damaged' | 'removed' | 'full' | 'io'

/** A history that cannot be opened, read or written. Its message is a sentence for people. */
export class HistoryError extends Error {
  readonly fault: HistoryFault

  constructor(fault: HistoryFault, message: string, cause?: unknown) {
    super(message, { cause })
    this.fault = fault
  }
}

/** A blob in the file is not as it was written. */
export class DamagedBlob extends Error {}
