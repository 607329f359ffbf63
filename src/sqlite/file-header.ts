import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs'
import type { Schema } from './schema.ts'
import { StoreError } from './store-error.ts'

/** What a file is, by its first bytes: https://sqlite.org/fileformat.html#the_database_header */
export type FileKind = 'none' | 'own' | 'foreign'

/** In bytes: the least overhead for rows of some kilobytes. */
export const PAGE_SIZE = 4_096

const HEADER = 100
const MAGIC = Buffer.from('SQLite format 3\0')
const APPLICATION_ID_AT = 68
/** Where the first page says how many tables and indexes there are: https://sqlite.org/fileformat.html#b_tree_pages */
const TABLES_AT = 103

/** What a rollback journal begins with, and where it says how many pages the file had: https://sqlite.org/fileformat.html#the_rollback_journal */
const JOURNAL_HEADER = 28
const JOURNAL_MAGIC = Buffer.from('d9d505f920a163d7', 'hex')
const PAGES_BEFORE_AT = 16

/**
 * Whether a file may be one of a schema. The mark of headcount is enough, so that one with damaged bytes is still known as one;
 * a file without it belongs to somebody else, and is left alone. Throws a StoreError for a folder, a pipe or a device.
 */
export function fileKind(file: string, schema: Schema): FileKind {
  const { name, applicationId } = schema
  const header = readStart(name, file, HEADER)
  if (header.length === 0) return 'none'
  if (header.length < HEADER) return 'foreign'
  if (header.readUInt32BE(APPLICATION_ID_AT) === applicationId) return 'own'
  // Before the first checkpoint, the mark is in the write-ahead log only.
  const isUnmarked =
    header.subarray(0, MAGIC.length).equals(MAGIC) && header.readUInt32BE(APPLICATION_ID_AT) === 0
  return isUnmarked || hasOwnJournal(file, schema) ? 'own' : 'foreign'
}

/**
 * Whether a program was killed while it created a file of a schema, or when it began to write a copy of one. SQLite then takes back what the rollback
 * journal beside the file says, but not for one who only reads: https://sqlite.org/rescode.html#readonly_rollback
 */
export function hasOwnJournal(file: string, { name, applicationId }: Schema): boolean {
  const start = readStart(name, file, PAGE_SIZE + 1)
  if (start.length < PAGE_SIZE) return false
  const journal = readStart(name, `${realpathSync(file)}-journal`, JOURNAL_HEADER)
  if (journal.length < JOURNAL_HEADER || !journal.subarray(0, JOURNAL_MAGIC.length).equals(JOURNAL_MAGIC))
    return false
  const mark = start.readUInt32BE(APPLICATION_ID_AT)
  if (mark === applicationId) return true
  // Before it has its mark, a file is one page, of zeros or without a table.
  const isEmpty = start.length === PAGE_SIZE && start.readUInt16BE(TABLES_AT) === 0
  return mark === 0 && isEmpty && journal.readUInt32BE(PAGES_BEFORE_AT) <= 1
}

/** The first bytes of a file, none if it does not exist. */
function readStart(name: string, file: string, size: number): Buffer {
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
    const start = Buffer.alloc(size)
    return start.subarray(0, readSync(descriptor, start, 0, size, 0))
  } finally {
    closeSync(descriptor)
  }
}
