import { accessSync, closeSync, constants, openSync, readSync } from 'node:fs'
import { dirname } from 'node:path'
import { checkFile } from '../print/file-output.ts'
import { looksLikeResults, MAX_SIGNATURE_LENGTH } from '../print/text/result-signatures.ts'
import { checkNotInput, isSameFile, statOrNull } from '../print/text/input-files.ts'
import type { InputFile } from '../print/text/input-files.ts'
import type { OutputFile } from '../print/text/monitor-options.ts'
import { redactName } from '../settings/quote.ts'
import { describeError } from '../targets/read-targets.ts'

// Checks the files of --output, --history and --alert-state. Nothing here creates or changes a file.

const STANDARD_OUTPUT = 1

/** Without O_CREAT and O_TRUNC. With O_NONBLOCK, opening a named pipe without a reader fails instead of waiting. */
const FOR_WRITING = constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK

/**
 * Throws if results cannot or must not be written to `path`: it cannot be opened for writing, it is one of the inputs under any
 * name, or it has other content than results and `truncates` would overwrite it.
 */
export function checkOutput(path: string, inputs: readonly InputFile[], truncates: boolean): void {
  const stats = statOrNull(path)
  if (stats === null) return accessSync(dirname(path), constants.W_OK)
  // Also without a reader, which opening it would wait for, or fail.
  if (stats.isFIFO())
    throw new Error(
      'it is a pipe, neither a file nor a device: what another program reads goes to standard output',
    )
  const descriptor = openSync(path, FOR_WRITING)
  closeSync(descriptor)
  if (stats.isCharacterDevice()) return
  if (!stats.isFile()) throw new Error('it is neither a file nor a device')
  checkNotInput(stats, inputs)
  if (isSameFile(stats, STANDARD_OUTPUT))
    throw new Error('standard output goes to the same file: omit --output, or use --format quiet')
  if (truncates && stats.size > 0n && !holdsResults(path))
    throw new Error(
      'it has other content than results, which --once would overwrite: remove it first, or use another file',
    )
}

/**
 * Throws if a database cannot or must not be kept in `path`: the file or its folder, in which SQLite keeps more files, can't be written, or
 * it is one of the inputs under any name; `rule` says why that is wrong.
 */
export function checkDatabase(path: string, inputs: readonly InputFile[], rule: string): void {
  accessSync(dirname(path), constants.W_OK)
  const stats = statOrNull(path)
  if (stats === null) return
  if (!stats.isFile()) throw new Error('it is not a file')
  checkNotInput(stats, inputs, rule)
  accessSync(path, constants.R_OK | constants.W_OK)
}

/** Whether it starts like results in one of the formats. */
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

/** Creates the file of results, now that there is something to poll. Returns false when that fails, which is reported. */
export function createOutput({ file, namedBy }: OutputFile, log: (lines: string) => void): boolean {
  try {
    checkFile(file)
    return true
  } catch (error) {
    log(`error: ${namedBy}: ${redactName(file)}: ${describeError(error)}\n`)
    return false
  }
}
