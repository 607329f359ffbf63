import test from 'ava'
import { RECENT_POLLS, RecentPolls } from '../../src/api/recent-polls.ts'
import type { ResourceId } from '../../src/resource/resource.ts'

const ID = 3 as ResourceId
const FAR = 70_000 as ResourceId

test('the last polls of a URL come the oldest first, and the oldest give way', (t) => {
  const polls = new RecentPolls()
  t.deepEqual(polls.of(ID, RECENT_POLLS), [])
  polls.add(ID, 'down', 10_000)
  polls.add(ID, 'up', 1)
  polls.add(ID, 'unknown', 0)
  t.deepEqual(
    polls.of(ID, RECENT_POLLS).map(([verdict]) => verdict),
    ['down', 'up', 'unknown'],
  )
  t.deepEqual(
    polls.of(ID, 2).map(([verdict]) => verdict),
    ['up', 'unknown'],
  )
  for (let n = 0; n < RECENT_POLLS - 1; n++) polls.add(ID, 'up', 20)
  t.is(polls.of(ID, RECENT_POLLS).length, RECENT_POLLS)
  t.is(polls.of(ID, RECENT_POLLS)[0]?.[0], 'unknown')
  polls.add(ID, 'up', 20)
  t.true(polls.of(ID, RECENT_POLLS).every(([verdict]) => verdict === 'up'))
})

test('polls of one URL are not those of another, and go when it leaves the lists', (t) => {
  const polls = new RecentPolls()
  polls.add(ID, 'up', 20)
  polls.add(FAR, 'down', 20)
  t.deepEqual([polls.of(ID, 9).length, polls.of(FAR, 9)[0]?.[0]], [1, 'down'])
  t.deepEqual(polls.of((ID + 1) as ResourceId, 9), [])
  polls.forget(ID)
  polls.forget(1_000_000 as ResourceId)
  t.deepEqual([polls.of(ID, 9), polls.of(FAR, 9).length], [[], 1])
})

test('durations are within 10 %, from 1 ms to a minute', (t) => {
  const polls = new RecentPolls()
  for (let ms = 1; ms <= 60_000; ms *= 1.03) {
    polls.add(ID, 'up', ms)
    const [, read] = polls.of(ID, 1)[0] ?? ['', 0]
    t.true(Math.abs(read / ms - 1) <= 0.1, `${ms}: ${read}`)
  }
  polls.add(ID, 'down', 3_600_000)
  t.deepEqual(polls.of(ID, 1), [['down', 60_000]])
})
