import test from 'ava'
import type { ResourceId } from '../../src/resource/resource.ts'
import { ChangeLog } from '../../src/api/change-log.ts'

function logOf(size: number, ...ids: number[]) {
  const log = new ChangeLog(size)
  for (const id of ids) log.add(id as ResourceId)
  return log
}

/** The ids that are visited, at most `limit`, and the number after them. */
function after(log: ChangeLog, number: number, limit = 100) {
  const ids: number[] = []
  const last = log.visitAfter(number, (id) => ids.length < limit && ids.push(id) > 0)
  return { ids, last }
}

test('each URL comes once, however often it has changed', (t) => {
  t.deepEqual(after(logOf(10, 5, 6, 5, 5, 7), 0), { ids: [5, 6, 7], last: 5 })
  t.deepEqual(after(logOf(10, 5, 6, 5), 3), { ids: [], last: 3 })
})

test('parts follow each other, and none is left out', (t) => {
  const log = logOf(10, 1, 2, 1, 3, 4)
  const first = after(log, 0, 2)
  t.deepEqual(first, { ids: [1, 2], last: 3 })
  t.deepEqual(after(log, first.last, 2), { ids: [3, 4], last: 5 })
})

test('the oldest changes give way', (t) => {
  const log = logOf(3, 1, 2, 3, 4)
  t.false(log.hasAllAfter(0))
  t.true(log.hasAllAfter(1))
  t.true(log.hasAllAfter(4))
  t.false(log.hasAllAfter(5), 'a number that was never given')
  t.deepEqual(after(log, 1), { ids: [2, 3, 4], last: 4 })
})
