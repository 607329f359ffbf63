import { join } from 'node:path'
import { Readable } from 'node:stream'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { History } from '../../../src/history/history.ts'
import { runHistoryTool } from '../../../src/history/tool/run-tool.ts'
import { openDatabase } from '../../../src/sqlite/database.ts'
import { directoryOf } from '../../helpers/directory.ts'

/** Exports a history that is open, to a reader that takes nothing any more. `labels`: characters of the labels of all URLs. */
async function exportStalled(t: ExecutionContext, labels: number) {
  const file = join(directoryOf(t), 'h.db')
  const history = History.open(file, { sizeLimit: 1e9, now: () => 0, warn: () => {} })
  t.teardown(() => history.close())
  const keys = Array.from({ length: 32 }, (_, n) => `https://${n}.example`)
  history.urls(keys.map((key) => ({ key, name: key, labels: 'x'.repeat(labels / keys.length) })))
  const other = openDatabase(file)
  t.teardown(() => other.close())
  const flushes: { stalledMs: number | null; isRead: boolean }[] = []
  const said: string[] = []
  const stdout = {
    write: () => {},
    flush(stalledMs: number | null) {
      // The log cannot begin anew while somebody reads what was before it.
      other.exec("UPDATE urls SET name = 'other' WHERE id = 1")
      const { busy } = other.prepare('PRAGMA wal_checkpoint(RESTART)').get() ?? {}
      flushes.push({ stalledMs, isRead: busy === 1 })
      return Promise.resolve(stalledMs === null)
    },
  }
  const code = await runHistoryTool(
    ['export', file],
    () => stdout,
    () => Readable.from([]),
    (line) => said.push(line),
  )
  return { code, flushes, said }
}

test('a reader that takes nothing does not keep a small history from its log', async (t) => {
  const { code, flushes, said } = await exportStalled(t, 1_000)
  t.deepEqual(flushes, [{ stalledMs: null, isRead: false }])
  t.deepEqual([code, said], [0, []])
})

test('a large history is not read on for a reader that takes nothing', async (t) => {
  const { code, flushes, said } = await exportStalled(t, 17 * 1024 * 1024)
  t.deepEqual(flushes, [{ stalledMs: 600_000, isRead: true }])
  t.deepEqual([code, said], [1, ['standard output: nothing was read for 10 minutes\n']])
})

test('a history of a headcount that had fewer reasons is checked and exported, and left as it is', async (t) => {
  const file = join(directoryOf(t), 'h.db')
  History.open(file, { sizeLimit: 1e9, now: () => 0, warn: () => {} }).close()
  const db = openDatabase(file)
  db.exec('DELETE FROM reasons WHERE code = (SELECT max(code) FROM reasons)')
  const reasons = () => db.prepare('SELECT count(*) AS count FROM reasons').get()?.['count']
  const before = reasons()
  t.teardown(() => db.close())
  const said: string[] = []
  const stdout = { write: () => {}, flush: () => Promise.resolve(true) }
  for (const args of [
    ['check', file],
    ['export', file],
    ['export', file, '--format', 'csv', '--table', 'uptime'],
  ]) {
    const code = await runHistoryTool(
      args,
      () => stdout,
      () => Readable.from([]),
      (line) => said.push(line),
    )
    t.deepEqual([code, said], [0, []], args.join(' '))
  }
  t.is(reasons(), before)
})
