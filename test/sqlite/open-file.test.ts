import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { findDamage, isKnownDamaged, openDatabase } from '../../src/sqlite/database.ts'
import { openFile } from '../../src/sqlite/open-file.ts'
import type { OpenFile } from '../../src/sqlite/open-file.ts'
import type { Schema } from '../../src/sqlite/schema.ts'
import { directoryOf } from '../helpers/directory.ts'

const schema: Schema = {
  name: 'notes',
  description: 'a file of notes',
  applicationId: 0x68_63_00_01,
  migrations: ['CREATE TABLE notes (id INTEGER PRIMARY KEY) STRICT;'],
}

function open(file: string, warnings: string[] = []) {
  return openFile(file, {
    schema,
    walSize: 1e6,
    synchronous: 'NORMAL',
    now: () => 0,
    warn: (line) => warnings.push(line),
  })
}

function close({ db, lock }: OpenFile): void {
  db.close()
  lock?.release()
}

test('a file that another has just now is not called damaged', (t) => {
  const file = join(directoryOf(t), 'notes.db')
  const opened = open(file)
  close(opened)
  const other = openDatabase(file)
  other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; INSERT INTO notes VALUES (1)')
  const db = openDatabase(file)
  t.teardown(() => db.close())
  t.throws(() => findDamage(db), { message: /locked/ })
  t.false(isKnownDamaged(db))
  other.close()
  t.is(findDamage(db), null)
})

test('a lock that is no lock is named, and the file is left as it is', (t) => {
  const directory = directoryOf(t)
  const file = join(directory, 'notes.db')
  const opened = open(file)
  opened.db.exec('INSERT INTO notes VALUES (1)')
  close(opened)
  writeFileSync(`${file}-lock`, 'x'.repeat(5_000))
  const before = readdirSync(directory)
  const error = t.throws(() => open(file))
  t.regex(error.message, /^notes .*notes\.db: .*notes\.db-lock is not its lock \(.+\): remove it$/)
  t.like(error, { fault: 'io' })
  t.deepEqual(readdirSync(directory), before)
  t.true(existsSync(`${file}-lock`))
})

/** A rollback journal that takes all pages back, https://sqlite.org/fileformat.html#the_rollback_journal */
function emptyingJournal(): Buffer {
  const journal = Buffer.alloc(512)
  journal.write('d9d505f920a163d7', 'hex')
  // No pages, a nonce, no pages in the file before, bytes of a sector and of a page.
  for (const [n, value] of [0, 1, 0, 512, 4_096].entries()) journal.writeUInt32BE(value, 8 + 4 * n)
  return journal
}

/** What the names of a file and of its journal end with. */
const WITH_JOURNAL = ['', '-journal']

/** A file and its journal as a program leaves them that is killed now. */
function copyWithJournal(from: string, to: string): void {
  for (const end of WITH_JOURNAL) copyFileSync(`${from}${end}`, `${to}${end}`)
}

/** A file that is created, as far as its first page. */
function halfCreated(directory: string): string {
  const file = join(directory, 'notes.db')
  const half = openDatabase(file)
  half.exec('PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL; VACUUM')
  half.close()
  writeFileSync(`${file}-journal`, emptyingJournal())
  return file
}

/** Opens a file, writes a row, and returns how many there are. */
function rowsOf(t: ExecutionContext, file: string): unknown {
  const warnings: string[] = []
  const opened = open(file, warnings)
  opened.db.exec('INSERT INTO notes VALUES (NULL)')
  const { count } = opened.db.prepare('SELECT count(*) AS count FROM notes').get() ?? {}
  close(opened)
  t.deepEqual(warnings, [])
  t.false(existsSync(`${file}-journal`))
  return count
}

test('a file whose program was killed while it created it is created again', (t) => {
  const file = halfCreated(directoryOf(t))
  t.is(readFileSync(file).length, 4_096)
  t.is(rowsOf(t, file), 1)
})

test('so is one of zeros, as a machine that loses its power may leave it', (t) => {
  const file = halfCreated(directoryOf(t))
  writeFileSync(file, Buffer.alloc(4_096))
  t.is(rowsOf(t, file), 1)
})

test('a backup whose program was killed when it began to write it is written', (t) => {
  const directory = directoryOf(t)
  const made = open(join(directory, 'made.db'))
  made.db.exec('INSERT INTO notes VALUES (1), (2)')
  const backup = join(directory, 'backup.db')
  made.db.exec(`VACUUM INTO '${backup}'`)
  made.db.close()
  const db = openDatabase(backup)
  t.teardown(() => db.close())
  // More than the cache holds is written before the end of the transaction.
  db.exec(
    'PRAGMA cache_size = 1; BEGIN; CREATE TABLE big (data BLOB); INSERT INTO big VALUES (randomblob(200000))',
  )
  const file = join(directory, 'notes.db')
  copyWithJournal(backup, file)
  t.is(rowsOf(t, file), 3)
})

test('a page of another program is left as it is, whatever lies beside it', (t) => {
  const file = join(directoryOf(t), 'notes.db')
  const theirs = openDatabase(file)
  theirs.exec('PRAGMA page_size = 2048; CREATE TABLE theirs (data TEXT)')
  theirs.close()
  t.is(readFileSync(file).length, 4_096)
  for (const beside of [Buffer.from('notes'), emptyingJournal()]) {
    writeFileSync(`${file}-journal`, beside)
    const before = readFileSync(file)
    t.throws(() => open(file))
    t.deepEqual(readFileSync(file), before)
    t.deepEqual(readFileSync(`${file}-journal`), beside)
  }
})

test('what is named like a journal and is none is left as it is', (t) => {
  const file = halfCreated(directoryOf(t))
  const notes = Buffer.alloc(100)
  notes.write('notes')
  writeFileSync(`${file}-journal`, notes)
  t.throws(() => open(file), { message: /must open it again first$/ })
  t.deepEqual(readFileSync(`${file}-journal`), notes)
})

test('an empty database with the mark of another program is left as it is', (t) => {
  const file = halfCreated(directoryOf(t))
  const theirs = openDatabase(file)
  theirs.exec(
    'PRAGMA application_id = 7; PRAGMA page_size = 4096; CREATE TABLE one (id); DROP TABLE one; VACUUM',
  )
  theirs.close()
  writeFileSync(`${file}-journal`, emptyingJournal())
  const before = readFileSync(file)
  t.is(before.length, 4_096)
  t.throws(() => open(file), { message: /is not a file of notes$/ })
  t.deepEqual(readFileSync(file), before)
})

test('a folder in the place of a journal is named', (t) => {
  const file = join(directoryOf(t), 'notes.db')
  const made = open(file)
  close(made)
  mkdirSync(`${file}-journal`)
  t.throws(() => open(file), { message: `notes ${file}-journal: it is not a file` })
})

test('a database of another program that was killed while it wrote it is left as it is', (t) => {
  const directory = directoryOf(t)
  const theirs = join(directory, 'theirs.db')
  const db = openDatabase(theirs)
  t.teardown(() => db.close())
  db.exec('CREATE TABLE theirs (data BLOB); INSERT INTO theirs VALUES (randomblob(100000))')
  // More than the cache holds is written before the end of the transaction.
  db.exec('PRAGMA cache_size = 1; BEGIN; UPDATE theirs SET data = randomblob(200000)')
  const file = join(directory, 'notes.db')
  copyWithJournal(theirs, file)
  const bytes = () => WITH_JOURNAL.map((end) => readFileSync(`${file}${end}`, 'base64'))
  const before = bytes()
  const error = t.throws(() => open(file))
  t.is(error.message, `notes ${file}: a program was killed while it wrote it, and must open it again first`)
  t.like(error, { fault: 'io' })
  t.deepEqual(bytes(), before)
})

test('what somebody added to a file is no damage, but a table that is not as it was made is', (t) => {
  const directory = directoryOf(t)
  const file = join(directory, 'notes.db')
  const warnings: string[] = []
  const reopen = (change: string) => {
    const { db, lock } = open(file, warnings)
    t.is(db.prepare('SELECT count(*) AS count FROM notes').get()?.['count'], 2)
    db.exec(change)
    db.close()
    lock?.release()
  }
  const made = open(file)
  made.db.exec('INSERT INTO notes VALUES (1), (2)')
  close(made)
  reopen('ANALYZE; PRAGMA optimize')
  reopen('CREATE INDEX notes_for_dashboard ON notes (id); CREATE VIEW shown AS SELECT id FROM notes')
  reopen('ALTER TABLE notes ADD COLUMN other TEXT')
  t.deepEqual(warnings, [])
  open(file, warnings).db.close()
  t.is(warnings.length, 1)
  t.regex(warnings[0] ?? '', /its tables are not those of its version/)
})
