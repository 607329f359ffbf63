import { statSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { History } from '../../src/history/history.ts'
import { DOWN, PollBatch, UP } from '../../src/history/poll-batch.ts'
import { directoryOf } from '../helpers/directory.ts'

const START = Date.UTC(2026, 0, 5)
/** Of the history; its log takes an eighth. */
const LIMIT = 8 * 1024 * 1024

test('the log of a history is begun anew after an incident in maintenance was read', (t) => {
  const file = join(directoryOf(t), 'h.db')
  const clock = { now: START }
  const history = History.open(file, { sizeLimit: LIMIT, now: () => clock.now, warn: (line) => t.fail(line) })
  t.teardown(() => history.close())
  const ids = history.urls(Array.from({ length: 200 }, (_, n) => ({ key: `${n}`, name: '', labels: '' })))
  const run = (flushes: number) => {
    const batch = new PollBatch()
    for (let flush = 0; flush < flushes; flush++) {
      batch.clear()
      for (const id of ids) batch.add(id, clock.now, flush % 2 === 0 ? DOWN : UP, 0, 200, 100)
      history.record(batch, () => 'x'.repeat(200))
      clock.now += 2_000
      history.flush()
    }
  }
  history.maintain([[ids[0] as number, true]], START)
  run(2)
  t.true(
    history.incidents({ ids: [ids[0] as number], from: 0, to: clock.now, limit: 9 }).incidents[0]
      ?.maintenance,
  )
  run(40)
  t.true(statSync(`${file}-wal`).size <= LIMIT / 8)
})
