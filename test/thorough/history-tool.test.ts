import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { History } from '../../src/history/history.ts'
import { PollBatch } from '../../src/history/poll-batch.ts'
import { runHistoryTool } from '../../src/history/tool/run-tool.ts'
import { openDatabase } from '../../src/sqlite/database.ts'
import { inputBytes } from '../../src/targets/input-file.ts'
import { REASONS } from '../../src/state/reasons.ts'
import { cli } from '../helpers/cli.ts'
import { directoryOf } from '../helpers/directory.ts'
import { smallDisk } from '../helpers/small-disk.ts'

const START = Date.UTC(2026, 0, 5)

/** A history that is open still, with sums, polls in the journal and an incident that goes on. */
function openHistory(file: string) {
  const clock = { now: START }
  const history = History.open(file, { sizeLimit: 1e9, now: () => clock.now, warn: () => {} })
  const ids = history.urls([
    { key: 'https://a.example', name: '=a, "first"', labels: 'team=x' },
    { key: 'https://b.example', name: 'https://b.example', labels: '' },
  ])
  history.flush()
  // The first quarter of an hour, and one that goes on.
  history.maintain([[1, true]], START)
  const batch = new PollBatch()
  for (let minute = 0; minute < 62; minute++) {
    if (minute === 15) history.maintain([[1, false]], clock.now)
    if (minute === 40) history.maintain([[2, true]], clock.now)
    batch.clear()
    for (const id of ids) {
      const isDown = id === 1 && minute >= 31
      const reason = REASONS.findIndex((name) => name === (isDown ? 'timeout' : 'ok'))
      batch.add(id, clock.now, isDown ? 1 : 0, reason, isDown ? 0 : 200, 20 + minute, {
        dns: 1,
        connect: 2,
        tls: 0,
        wait: 30,
      })
    }
    history.record(batch, () => 'no answer, "late"\nreally')
    for (let beat = 0; beat < 6; beat++) {
      clock.now += 10_000
      history.flush()
    }
  }
  return history
}

function run(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'history', ...args], {
    encoding: 'utf8',
    input,
  })
  return { status, stdout, stderr }
}

test('headcount history copies, checks, exports and imports a history that is written', (t) => {
  const directory = directoryOf(t)
  const file = join(directory, 'h.db')
  const history = openHistory(file)
  const [copy, made] = [join(directory, 'copy.db'), join(directory, 'made.db')]
  t.deepEqual(run(['backup', file, copy]), { status: 0, stdout: '', stderr: '' })
  const checked = run(['check', copy])
  t.is(checked.status, 0)
  t.regex(
    checked.stdout,
    /^.*copy\.db: ok\n2 URLs, 1 incident\nwatched from 2026-01-05T00:00:00\.000Z to 2026-01-05T01:02:00/,
  )
  const lines = run(['export', file]).stdout
  const imported = run(['import', made], lines)
  t.deepEqual([imported.status, imported.stderr], [0, ''])
  t.true(
    imported.stdout.startsWith(`${made}: made\n2 URLs, 1 incident\nwatched from 2026-01-05T`),
    imported.stdout,
  )
  t.is(run(['export', made]).stdout, lines)
  t.is(
    run(['export', made, '--format', 'csv']).stdout,
    'url,from,to,uptime,up_seconds,down_seconds,unknown_seconds,maintenance_seconds,not_watched_seconds\n' +
      `"'=a, ""first""",2026-01-05T00:00:00.000Z,2026-01-05T01:02:00.000Z,0.3404255319148936,960,1860,0,900,0\n` +
      'https://b.example,2026-01-05T00:00:00.000Z,2026-01-05T01:02:00.000Z,1,2400,0,0,1320,0\n',
  )
  t.is(history.uptime(1, START, START + 62 * 60_000).ratio, 960 / 2820)
  history.close()
  const again = run(['import', made], lines)
  t.is(again.status, 3)
  t.regex(again.stderr, /import needs a new file, this one has URLs/)
})

const IMPORTED = [
  { type: 'headcount-history', version: 2 },
  { type: 'url', url: 1, key: 'https://a.example', name: '', labels: '' },
  { type: 'listed', url: 1, begin: '2026-01-05T00:00Z', end: '2026-01-05T10:00Z' },
  { type: 'watched', begin: '2026-01-05T00:00Z', end: '2026-01-05T10:00Z' },
  incident('01:00', '02:00'),
  incident('02:00', '03:00'),
  { type: 'end', lines: 6 },
] as const

function incident(begin: string, end: string | null, fields = {}) {
  const reasons = [{ at: `2026-01-05T${begin}Z`, reason: 'status', status: 503, polls: 1, seen: '' }]
  const time = { begin: `2026-01-05T${begin}Z`, end: end === null ? null : `2026-01-05T${end}Z` }
  return { type: 'incident', url: 1, verdict: 'down', ...time, reasons, ...fields }
}

/** Line number, what it is instead, and what is said. */
const IMPOSSIBLE: readonly (readonly [line: number, instead: object | null, why: RegExp])[] = [
  [3, { ...IMPORTED[1], url: 2 }, /lines:3: a line before tells this URL/],
  [3, { ...IMPORTED[2], end: '2026-01-04T00:00Z' }, /lines:3: end is before begin/],
  [4, { ...IMPORTED[3], end: '2026-01-04T00:00Z' }, /lines:4: end is before begin/],
  [4, { ...IMPORTED[2], begin: '2026-01-05T05:00Z', end: null }, /lines:4: it overlaps another one/],
  [6, incident('01:30', '02:30'), /lines:6: it overlaps another one/],
  [6, incident('02:00', '03:00', { reasons: [] }), /lines:6: it has no reasons/],
  [6, incident('02:00', '03:00', { reasons: incident('04:00', null).reasons }), /lines:6: at is not within/],
  [6, incident('02:00', '03:00', { verdict: 'up' }), /lines:6: an incident is not up/],
  [6, incident('02:00', null), /lines:6: it goes on, but its URL is not in the list/],
  [6, { ...IMPORTED[3], type: 'maintenance', urls: [2] }, /lines:6: no line before tells the URL/],
  [6, { ...IMPORTED[3], type: 'maintenance', urls: 1 }, /lines:6: urls is not a list/],
  [7, { type: 'end', lines: 8 }, /lines:7: the export had 8 lines before this one, and here are 6/],
  [7, null, /lines:6: the export was cut/],
]

test('a name that begins as a URI does is that of a file', (t) => {
  const directory = directoryOf(t)
  const input = IMPORTED.map((line) => `${JSON.stringify(line)}\n`).join('')
  const headcount = (args: readonly string[]) => {
    const options = { cwd: directory, input, encoding: 'utf8' } as const
    const { status, stderr } = spawnSync(process.execPath, [cli, ...args], options)
    return { status, stderr }
  }
  const done = { status: 0, stderr: '' }
  t.deepEqual(headcount(['history', 'import', 'file:a.db?mode=memory']), done)
  t.deepEqual(headcount(['history', 'backup', 'file:a.db?mode=memory', 'file:b.db']), done)
  t.deepEqual(headcount(['history', 'check', 'file:b.db']), done)
  // Nothing listens there.
  t.notRegex(headcount(['--once', '--history', 'file:c.db', 'http://127.0.0.1:1/']).stderr, /history/)
  t.deepEqual(headcount(['history', 'check', 'file:c.db']), done)
  t.deepEqual(
    readdirSync(directory)
      .filter((name) => !/-(lock|lock-journal|shm|wal)$/.test(name))
      .toSorted(),
    ['file:a.db?mode=memory', 'file:b.db', 'file:c.db'],
  )
})

test('import refuses what cannot be, with its place, and leaves no file behind', async (t) => {
  const importLines = async (list: readonly object[]) => {
    const directory = directoryOf(t)
    const lines = join(directory, 'lines')
    writeFileSync(lines, list.map((line) => `${JSON.stringify(line)}\n`).join(''))
    const said: string[] = []
    const stdout = () => ({ write: () => {}, flush: () => Promise.resolve(true) })
    const log = (text: string) => said.push(text)
    const inputBytesOf = (from: string) => inputBytes(from, Infinity)
    const code = await runHistoryTool(['import', join(directory, 'h.db'), lines], stdout, inputBytesOf, log)
    return { code, said: said.join(''), files: readdirSync(directory).toSorted() }
  }
  t.deepEqual(await importLines(IMPORTED), { code: 0, said: '', files: ['h.db', 'h.db-lock', 'lines'] })
  for (const [line, instead, why] of IMPOSSIBLE) {
    const list = IMPORTED.with(line - 1, instead as never).filter((one) => one !== null)
    const { code, said, files } = await importLines(list)
    t.is(code, 3)
    t.regex(said, why)
    t.deepEqual(files, ['lines'])
  }
})

test('what fails names the file that cannot be written, and leaves nothing behind', (t) => {
  const directory = directoryOf(t)
  const file = join(directory, 'h.db')
  openHistory(file).close()
  const missing = run(['backup', file, join(directory, 'no', 'copy.db')])
  t.is(missing.status, 3)
  t.regex(missing.stderr, /no\/copy\.db: it cannot be opened or created\n$/)
  const empty = run(['export', file, '--format', 'csv', '--from', '2030-01-01'])
  t.is(empty.status, 3)
  t.regex(empty.stderr, /it was watched from 2026-01-05T00:00:00\.000Z to 2026-01-05T01:02/)
  const foreign = join(directory, 'foreign.db')
  const db = openDatabase(foreign)
  db.exec('CREATE TABLE a (b)')
  db.close()
  t.throws(() => History.open(foreign, { sizeLimit: 1e9, now: Date.now, warn: () => {} }))
  t.false(existsSync(`${foreign}-lock`))
  const disk = smallDisk(t, 40)
  if (disk === null) return
  const full = run(['backup', file, join(disk, 'copy.db')])
  t.is(full.status, 3)
  t.regex(full.stderr, /copy\.db: .*full\n$/)
  t.deepEqual(readdirSync(disk), [])
  const made = run(['import', join(disk, 'made.db')], run(['export', file]).stdout)
  t.is(made.status, 3)
  t.regex(made.stderr, /made\.db: .*full\n$/)
  t.deepEqual(readdirSync(disk), [])
})

test('headcount history says what is wrong', (t) => {
  const directory = directoryOf(t)
  const file = join(directory, 'h.db')
  openHistory(file).close()
  const missing = run(['check', join(directory, 'no.db')])
  t.is(missing.status, 3)
  t.regex(missing.stderr, /no\.db: there is no such file\n$/)
  const lines = join(directory, 'lines')
  writeFileSync(
    lines,
    '{"type":"headcount-history","version":2}\n{"type":"watched","begin":"now","end":""}\n',
  )
  const bad = run(['import', join(directory, 'made.db'), lines])
  t.is(bad.status, 3)
  t.regex(bad.stderr, /lines:2: begin is not a time\n$/)
  const bytes = readFileSync(file)
  bytes.fill(0xff, 8_192)
  writeFileSync(file, bytes)
  const damaged = run(['check', file])
  t.is(damaged.status, 2)
  t.regex(`${damaged.stdout}${damaged.stderr}`, /h\.db: .*(?:malformed|damaged|page)/)
})
