import { formatMegabytes } from '../../resource/format-megabytes.ts'
import { counted } from '../../resource/counted.ts'
import { BlockSums } from '../block-sums.ts'
import type { BlobTable } from '../blob-tables.ts'
import { openToRead } from '../open-to-read.ts'
import type { ReadHistory } from '../open-to-read.ts'
import { unpackPolls } from '../poll-words.ts'

/** What a check of a history found. */
export interface Checked {
  /** What is wrong, as sentences. */
  readonly problems: readonly string[]
  /** What there is, as lines. */
  readonly facts: readonly string[]
}

/** Reads all of a history. Throws a StoreError if it cannot be opened at all. */
export function check(file: string): Checked {
  const read = openToRead(file)
  try {
    const pages = read.db
      .prepare('PRAGMA integrity_check(20)')
      .all()
      .map((row) => String(row['integrity_check']))
    const problems = pages.filter((text) => text !== 'ok')
    for (const table of read.session.tables.all) problems.push(...checkBlobs(table))
    return { problems, facts: describeContents(read) }
  } finally {
    read.close()
  }
}

function checkBlobs(table: BlobTable): string[] {
  const sums = new BlockSums()
  let damaged = 0
  for (const [key, blob] of table.all())
    try {
      if (table.name === 'polls') unpackPolls(blob, key)
      else sums.addBlob(blob, key)
    } catch {
      damaged++
    }
  return damaged === 0 ? [] : [`${damaged} blobs of ${table.name} are damaged`]
}

/** What a history has in it, as lines. */
export function describeContents({ db, session }: Pick<ReadHistory, 'db' | 'session'>): string[] {
  const count = (table: string, noun: string): string => {
    const rows = Number(db.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.['rows'])
    return counted(rows, noun, rows.toLocaleString('en'))
  }
  const watched = db.prepare('SELECT min(begin) AS begin, max("end") AS end FROM watched').get()
  const time = (value: unknown): string => (value === null ? 'never' : new Date(Number(value)).toISOString())
  const sizes = [...session.tables.sizes()].map(([name, bytes]) => `${name} ${formatMegabytes(bytes, 1)}`)
  return [
    `${count('urls', 'URL')}, ${count('incidents', 'incident')}`,
    `watched from ${time(watched?.['begin'] ?? null)} to ${time(watched?.['end'] ?? null)}`,
    sizes.join(', '),
  ]
}
