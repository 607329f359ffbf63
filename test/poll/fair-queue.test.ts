import test from 'ava'
import { FairQueue } from '../../src/poll/fair-queue.ts'
import type { Url } from '../../src/resource/resource.ts'
import { resource } from '../helpers/test-poller.ts'

function take(waiting: FairQueue<number>): string | null {
  const next = waiting.next()
  return next === null ? null : next.resource.url
}

test('origins take turns, each in its own order', (t) => {
  const waiting = new FairQueue<number>(2)
  for (const url of [
    'http://a/1',
    'http://a/2',
    'http://u:p@a/3@b/c',
    'http://b/1',
    'https://a/1',
    'http://b/2',
  ]) {
    waiting.push(resource(url), 0)
  }
  t.is(waiting.size, 6)
  const taken = Array.from({ length: 6 }, () => take(waiting))
  t.deepEqual(taken, ['http://a/1', 'http://b/1', 'https://a/1', 'http://a/2', 'http://b/2', null])
  t.is(waiting.size, 1)
})

test('an origin at its limit gets another turn when a poll ends', (t) => {
  const waiting = new FairQueue<number>(1)
  waiting.push(resource('http://a/1'), 0)
  waiting.push(resource('http://a/2'), 0)
  const first = waiting.next()
  t.is(take(waiting), null)
  if (first !== null) waiting.release(first.origin)
  t.is(take(waiting), 'http://a/2')
})

test('clear() returns all waiting Resources, and polls in flight can still end', (t) => {
  const waiting = new FairQueue<number>(1)
  for (let n = 0; n < 5; n++) waiting.push(resource(`http://a/${n}`), 0)
  waiting.push(resource('http://b/0'), 0)
  const first = waiting.next()
  t.is(waiting.clear().length, 5)
  t.is(waiting.size, 0)
  t.is(take(waiting), null)
  if (first !== null) waiting.release(first.origin)
  waiting.push(resource('http://a/9'), 0)
  t.is(take(waiting), 'http://a/9')
})

test('taking from a long queue costs no more than from a short one', (t) => {
  const waiting = new FairQueue<number>(1)
  for (let n = 0; n < 200_000; n++) waiting.push(resource(`http://${n % 1000}.example/${n}`), 0)
  let taken = 0
  for (let next = waiting.next(); next !== null; next = waiting.next()) {
    taken++
    waiting.release(next.origin)
  }
  t.is(taken, 200_000)
})

test('remove() takes out what is gone, and the others keep their turns', (t) => {
  const waiting = new FairQueue<number>(1)
  waiting.push(resource('http://a/1'), 0)
  waiting.push(resource('http://a/2'), 1)
  waiting.push(resource('http://a/3'), 0)
  waiting.push(resource('http://b/1'), 1)
  waiting.push(resource('http://c/1'), 0)
  const first = waiting.next()
  t.is(first?.resource.url, 'http://a/1' as Url)
  waiting.remove((profile) => profile === 1)
  t.is(waiting.size, 2)
  t.is(take(waiting), 'http://c/1')
  t.is(take(waiting), null)
  if (first !== null) waiting.release(first.origin)
  t.is(take(waiting), 'http://a/3')
  waiting.push(resource('http://b/2'), 0)
  t.is(take(waiting), 'http://b/2')
})
