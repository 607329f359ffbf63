import { closeSync, openSync, readSync, statSync } from 'node:fs'
import type { Schema } from './schema.ts'
import { StoreError } from './store-error.ts'

/** What a file is, by its first bytes: https://sqlite.org/fileformat.html#the_database_header */
export type FileKind = 'none' | 'own' | 'foreign'

const HEADER = 100
const MAGIC = Buffer.from('SQLite format 3\0')
const APPLICATION_ID_AT = 68

/**
 * Whether a file may be one of a schema. The mark of headcount is enough, so that one with damaged bytes is still known as one;
 * a file without it belongs to somebody else, and is left alone. Throws a StoreError for a folder, a pipe or a device.
 */
export function fileKind(file: string, { name, applicationId }: Schema): FileKind {
  const header = readHeader(name, file)
  if (header.length === 0) return 'none'
  if (header.length < HEADER) return 'foreign'
  if (header.readUInt32BE(APPLICATION_ID_AT) === applicationId) return 'own'
  // Before the first checkpoint, the mark is in the write-ahead log only.
  return header.subarray(0, MAGIC.length).equals(MAGIC) && header.readUInt32BE(APPLICATION_ID_AT) === 0
    ? 'own'
    : 'foreign'
}

function readHeader(name: string, file: string): Buffer {
  // A pipe without a writer would hold the thread for ever.
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === false)
    throw new StoreError('foreign', `${name} ${file}: it is not a file`)
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
