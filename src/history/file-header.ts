import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { HistoryError } from './history-error.ts'
import { APPLICATION_ID } from './schema.ts'

/** What a file is, by its first bytes: https://sqlite.org/fileformat.html#the_database_header */
export type FileKind = 'none' | 'history' | 'foreign'

const HEADER = 100
const MAGIC = Buffer.from('SQLite format 3\0')
const APPLICATION_ID_AT = 68

/**
 * Whether there may be a history in a file. The mark of headcount is enough, so that a history with damaged bytes is still known as one;
 * a file without it belongs to somebody else, and is left alone. Throws a HistoryError for a folder, a pipe or a device.
 */
export function fileKind(file: string): FileKind {
  const header = readHeader(file)
  if (header.length === 0) return 'none'
  if (header.length < HEADER) return 'foreign'
  if (header.readUInt32BE(APPLICATION_ID_AT) === APPLICATION_ID) return 'history'
  // Before the first checkpoint, the mark is in the write-ahead log only.
  return header.subarray(0, MAGIC.length).equals(MAGIC) && header.readUInt32BE(APPLICATION_ID_AT) === 0
    ? 'history'
    : 'foreign'
}

function readHeader(file: string): Buffer {
  // A pipe without a writer would hold the thread for ever.
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === false)
    throw new HistoryError('foreign', `history ${file}: it is not a file`)
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
  try {
    const header = Buffer.alloc(HEADER)
    return header.subarray(0, readSync(descriptor, header, 0, HEADER, 0))
  } finally {
    closeSync(descriptor)
  }
}
