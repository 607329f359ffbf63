import { accessSync, closeSync, constants, openSync, readSync } from 'node:fs'
import { dirname } from 'node:path'
import { looksLikeResults, MAX_SIGNATURE_LENGTH } from '../print/text/result-signatures.ts'
import { checkNotInput, isSameFile, statOrNull } from '../print/text/input-files.ts'
import type { InputFile } from '../print/text/input-files.ts'

// What --output may name. Nothing here makes or changes a file.

const STANDARD_OUTPUT = 1

/** Without O_CREAT and O_TRUNC. With O_NONBLOCK a named pipe without a reader is an error, not a wait. */
const FOR_WRITING = constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK

/**
 * Throws when results can't or must not be written to `path`: it can't be opened for writing, it is one of the inputs by whatever
 * name, or it holds something else than results and would be begun anew.
 */
export function checkOutput(path: string, inputs: readonly InputFile[], truncates: boolean): void {
  const stats = statOrNull(path)
  if (stats === null) return accessSync(dirname(path), constants.W_OK)
  const descriptor = openSync(path, FOR_WRITING)
  closeSync(descriptor)
  if (stats.isCharacterDevice()) return
  if (!stats.isFile()) throw new Error('neither a file nor a device')
  checkNotInput(stats, inputs)
  if (isSameFile(stats, STANDARD_OUTPUT))
    throw new Error('standard output goes to the same file: leave --output out, or use --format quiet')
  if (truncates && stats.size > 0n && !holdsResults(path))
    throw new Error(
      'it holds something else than results, which --once would overwrite: remove it first, or name another file',
    )
}

/** Whether it begins as results in any format do. */
function holdsResults(path: string): boolean {
  const start = Buffer.alloc(MAX_SIGNATURE_LENGTH)
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const length = readSync(descriptor, start, 0, start.length, 0)
    return looksLikeResults(start.toString('utf8', 0, length))
  } finally {
    closeSync(descriptor)
  }
}
