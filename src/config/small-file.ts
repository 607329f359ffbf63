import { readFileSync, statSync } from 'node:fs'
import { redactName } from '../settings/quote.ts'
import { describeError } from '../targets/read-targets.ts'

/** The bytes of a regular file with at most `maxBytes`, given by its absolute path. Throws a RangeError that names it. */
export function readSmallFile(path: string, maxBytes: number): Buffer {
  try {
    const stats = statSync(path)
    // Reading a FIFO would wait for its writer.
    if (!stats.isFile()) throw new Error('not a file')
    if (stats.size > maxBytes) throw new Error(`larger than ${maxBytes / 1024} KiB`)
    return readFileSync(path)
  } catch (error) {
    throw new RangeError(`${redactName(path)}: ${describeError(error)}`, { cause: error })
  }
}
