import test from 'ava'
import { History } from '../../src/history/history.ts'
import { PollBatch, UP } from '../../src/history/poll-batch.ts'
import { IN_MEMORY } from '../../src/sqlite/open-file.ts'

const START = Date.UTC(2026, 0, 5)
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]

test('where a step would take more sums than are read at once, it is longer', (t) => {
  const clock = { now: START }
  const history = History.open(IN_MEMORY, {
    sizeLimit: 1e9,
    now: () => clock.now,
    warn: (line) => t.fail(line),
  })
  t.teardown(() => history.close())
  const [id = 0] = history.urls([{ key: 'a', name: 'a', labels: '' }])
  const batch = new PollBatch()
  // Long ago, and now: what is between them is looked for as well.
  for (const day of [0, 900]) {
    clock.now = START + day * DAY
    batch.clear()
    batch.add(id, clock.now, UP, 0, 200, 100)
    history.record(batch)
    clock.now += HOUR
    history.flush()
  }
  const read = (days: number, step: number) => {
    const series = history.series(id, clock.now - days * DAY, clock.now, step)
    return [series.step, series.buckets.length]
  }
  t.deepEqual(read(30, 55 * MINUTE), [55 * MINUTE, 1])
  t.deepEqual(read(90, 95 * MINUTE), [2 * HOUR, 1])
  t.deepEqual(read(90, 5 * HOUR), [5 * HOUR, 1])
  t.deepEqual(read(901, 1_435 * MINUTE), [DAY, 2])
  t.deepEqual(read(901, 23 * HOUR), [DAY, 2])
})
