import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { History } from '../../../src/history/history.ts'
import { PollBatch } from '../../../src/history/poll-batch.ts'
import { openReadOnly } from '../../../src/history/open-to-read.ts'
import { EarlierStates } from '../../../src/supervisors/recorder/earlier-states.ts'
import { RecorderSupervisor } from '../../../src/supervisors/recorder/recorder-supervisor.ts'
import { Recorder } from '../../../src/supervisors/recorder/recorder.ts'
import { ResourceTable } from '../../../src/resource/resource-table.ts'
import type { ResourceId, Url } from '../../../src/resource/resource.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

/** URLs of more than one message. */
const URLS = 25_000

const urlOf = (n: number) => `http://a.example/${n}` as Url

function makeTable(urls = URLS): ResourceTable {
  const table = new ResourceTable()
  for (let n = 0; n < urls; n++) table.add(urlOf(n))
  return table
}

function supervise(t: ExecutionContext, file: string, table: ResourceTable, feed = () => true) {
  const supervisor = new RecorderSupervisor(
    table,
    { file, sizeLimit: 1e8 },
    { feed, settled: () => {}, started: () => {}, log: (lines) => t.fail(lines) },
  )
  t.teardown(() => supervisor.stop(5_000))
  return supervisor
}

function storedUrls(file: string): unknown {
  const db = openReadOnly(file)
  try {
    return db.prepare('SELECT count(*) AS count FROM urls').get()?.['count']
  } finally {
    db.close()
  }
}

test('the start waits for no URLs of a new history; they come when a monitor runs', async (t) => {
  const file = join(directoryOf(t), 'h.db')
  const table = makeTable()
  let monitorRuns = false
  const supervisor = supervise(t, file, table, () => monitorRuns)
  await supervisor.start(new EarlierStates(table, () => {}))
  t.is(storedUrls(file), 0)
  monitorRuns = true
  supervisor.monitorStarted()
  await waitUntil(() => storedUrls(file) === URLS)
})

/** Has an earlier run record a poll of each URL: a third of them are down. */
function recordPolls(t: ExecutionContext, file: string, urls = URLS): void {
  const history = History.open(file, { sizeLimit: 1e8, now: Date.now, warn: (line) => t.fail(line) })
  const ids = history.urls(
    Array.from({ length: urls }, (_, n) => ({ key: urlOf(n), name: urlOf(n), labels: '' })),
  )
  const batch = new PollBatch()
  const at = Date.now() - 60_000
  for (const [n, id] of ids.entries()) batch.add(id, at, n % 3 === 0 ? 1 : 0, 0, 200, 20)
  history.record(batch)
  history.close()
}

test('the start puts back what an earlier run knew of each URL', async (t) => {
  const file = join(directoryOf(t), 'h.db')
  recordPolls(t, file)
  const table = makeTable()
  const supervisor = supervise(t, file, table)
  await supervisor.start(new EarlierStates(table, () => {}))
  t.is([...table.listed()].length, URLS)
  for (const [n, id] of [...table.listed()].entries())
    if (table.verdict(id) !== (n % 3 === 0 ? 'down' : 'up')) t.fail(`${n}: ${table.verdict(id)}`)
})

test('a monitor that replaces the first one is told nothing of an earlier run', async (t) => {
  const file = join(directoryOf(t), 'h.db')
  recordPolls(t, file, 1)
  const table = makeTable(1)
  const hooks = {
    feed: () => true,
    settled: () => {},
    started: () => {},
    log: (lines: string) => t.fail(lines),
  }
  const recorder = new Recorder(table, { file, sizeLimit: 1e8, restores: true }, hooks)
  t.teardown(() => recorder.stop(false, 5_000))
  await recorder.start()
  const id = 0 as ResourceId
  t.true((recorder.earlier(id)?.since ?? 0) > 0)
  recorder.monitorStarted()
  t.is(recorder.earlier(id), null)
})

test('a file that cannot be looked at is tried again, and ends nothing', async (t) => {
  const directory = directoryOf(t)
  const [file, other] = [join(directory, 'a.db'), join(directory, 'b.db')]
  symlinkSync(file, other)
  symlinkSync(other, file)
  const lines: string[] = []
  const supervisor = new RecorderSupervisor(
    makeTable(1),
    { file, sizeLimit: 1e8 },
    { feed: () => true, settled: () => {}, started: () => {}, log: (text) => lines.push(text) },
  )
  t.teardown(() => supervisor.stop(5_000))
  await supervisor.start(null)
  t.regex(
    lines.join(''),
    /^history .*a\.db: ELOOP.*; it is tried again, and polls are not recorded meanwhile\n$/,
  )
  rmSync(file)
  await waitUntil(() => lines.includes('info: The recorder has started\n'))
})
