import test from 'ava'
import { Links, NONE, Queue } from '../../src/schedule/linked-queues.ts'

test('a queue is first in, first out', (t) => {
  const queue = new Queue(new Links(8))
  t.is(queue.shift(), NONE)
  for (const id of [3, 0, 7]) queue.push(id)
  t.is(queue.head, 3)
  t.is(queue.shift(), 3)
  queue.push(3)
  t.deepEqual([queue.shift(), queue.shift(), queue.shift(), queue.shift()], [0, 7, 3, NONE])
})

test('an id that is put first is taken first', (t) => {
  const queue = new Queue(new Links(8))
  queue.unshift(5)
  queue.push(6)
  queue.unshift(4)
  t.deepEqual([queue.shift(), queue.shift(), queue.shift(), queue.shift()], [4, 5, 6, NONE])
  queue.push(1)
  t.deepEqual([queue.head, queue.shift(), queue.head], [1, 1, NONE])
})

test('queues that share links do not disturb each other', (t) => {
  const links = new Links(6)
  const even = new Queue(links)
  const odd = new Queue(links)
  for (let id = 0; id < 6; id++) (id % 2 === 0 ? even : odd).push(id)
  t.deepEqual([even.shift(), odd.shift(), even.shift(), even.shift(), even.shift()], [0, 1, 2, 4, NONE])
  even.push(1)
  t.deepEqual([odd.shift(), odd.shift(), odd.shift()], [3, 5, NONE])
  t.is(even.shift(), 1)
})
