import { existsSync, rmSync } from 'node:fs'
import { StoreError } from '../../sqlite/store-error.ts'
import { ListedUrls } from '../listed-urls.ts'
import { MaintenanceUrls } from '../maintenance-urls.ts'
import { openHistory } from '../open-history.ts'
import { Session } from '../session.ts'
import { storeError } from '../../sqlite/database.ts'
import { describeContents } from './check.ts'
import { LineImporter } from './import-lines.ts'
import { LineError, LineFields } from './line-fields.ts'
import { MAX_LINE_BYTES, readLines } from './read-lines.ts'

/** What lies beside a history while it is written. */
const BESIDE = ['-wal', '-shm', '-lock', '-lock-journal']

/** Opens the lines of an export: of a file, or - for standard input. What it gives throws an AbortError when the process is to end. */
export type OpenLines = (from: string) => AsyncIterable<Buffer>

/**
 * Makes a history from the lines of an export: all of them, or none, and then no file. `from`: a file, or - for standard input. Throws a StoreError if
 * that fails. Returns what it has, for people.
 */
export async function importFile(file: string, from: string, open: OpenLines): Promise<string> {
  const files = [file, ...BESIDE.map((end) => `${file}${end}`)]
  const isNew = !existsSync(file)
  const wasThere = new Set(files.filter((one) => existsSync(one)))
  try {
    return [`${file}: made`, ...(await importInto(file, from, open))].join('\n')
  } catch (error) {
    const isOthers = error instanceof StoreError && error.fault === 'in-use'
    if (isNew && !isOthers) for (const one of files) if (!wasThere.has(one)) rmSync(one, { force: true })
    throw error
  }
}

async function importInto(file: string, from: string, open: OpenLines): Promise<readonly string[]> {
  const bound = Number.MAX_SAFE_INTEGER
  const opened = openHistory(file, { sizeLimit: bound, now: Date.now, warn: () => {} })
  const { db, lock } = opened
  try {
    if (db.prepare('SELECT 1 FROM urls LIMIT 1').get() !== undefined)
      throw new StoreError('io', `history ${file}: import needs a new file, this one has URLs`)
    db.exec('BEGIN IMMEDIATE')
    const session = new Session(db, {
      isJournaled: true,
      sizeLimit: bound,
      blocksPerFlush: 1,
      listed: new ListedUrls(),
      maintenance: new MaintenanceUrls(),
    })
    await takeLines(new LineImporter(db, session), from, open)
    db.exec('COMMIT')
    return describeContents({ db, session })
  } catch (error) {
    throw storeError('history', file, error)
  } finally {
    // What is not committed is rolled back.
    db.close()
    lock?.release()
  }
}

async function takeLines(importer: LineImporter, from: string, open: OpenLines): Promise<void> {
  const name = from === '-' ? 'standard input' : from
  let number = 0
  try {
    for await (const line of readLines(named(name, open(from)))) {
      number++
      if (line === null) throw new LineError(`longer than ${MAX_LINE_BYTES / 2 ** 20} MiB`)
      if (line !== '') importer.take(new LineFields(JSON.parse(line)))
    }
    importer.end()
  } catch (error) {
    const isOfLine = error instanceof LineError || error instanceof SyntaxError
    if (isOfLine) throw new StoreError('io', `${name}:${number}: ${error.message}`, error)
    throw error
  }
}

/** Why they cannot be read is a StoreError. */
async function* named(name: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks
  } catch (error) {
    const { name: kind, message } = error as Error
    throw new StoreError('io', `${name}: ${kind === 'AbortError' ? 'stopped by a signal' : message}`, error)
  }
}
