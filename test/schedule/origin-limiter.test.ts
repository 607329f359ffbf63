import test from 'ava'
import { Links, NONE } from '../../src/schedule/linked-queues.ts'
import { OriginLimiter } from '../../src/schedule/origin-limiter.ts'

test('an origin gets as many Resources as it has room for; the others wait in order', (t) => {
  const origins = new OriginLimiter(new Links(10), 2, 2)
  t.deepEqual(
    [0, 1, 2, 3, 4].map((id) => origins.acquire(0, id)),
    [true, true, false, false, false],
  )
  t.is(origins.release(0), 2)
  t.is(origins.release(0), 3)
  t.true(origins.acquire(0, 2))
  t.true(origins.acquire(0, 3))
  t.false(origins.acquire(0, 5))
  t.is(origins.release(0), 4)
  t.is(origins.release(0), 5)
  t.true(origins.acquire(0, 4))
  t.is(origins.release(0), NONE)
  // The same again, after the waiting list was emptied.
  t.true(origins.acquire(0, 6))
  t.true(origins.acquire(0, 7))
  t.deepEqual([origins.acquire(0, 8), origins.acquire(0, 9)], [false, false])
  t.deepEqual([origins.release(0), origins.release(0)], [8, 9])
})

test('an origin does not take the room of another', (t) => {
  const origins = new OriginLimiter(new Links(10), 2, 1)
  t.true(origins.acquire(0, 0))
  t.false(origins.acquire(0, 1))
  t.true(origins.acquire(1, 2))
  t.false(origins.acquire(1, 3))
  t.is(origins.release(1), 3)
  t.is(origins.release(0), 1)
})
