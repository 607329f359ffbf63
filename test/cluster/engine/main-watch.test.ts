import test from 'ava'
import { LOOK_MS, MainWatch } from '../../../src/cluster/engine/main-watch.ts'

/** Looks so many times, as far apart as it should be or `apart` ms. Returns when that was, and how often it was the end. */
function look(watch: MainWatch, times: number, from: number, apart = LOOK_MS): [now: number, ends: number] {
  let ends = 0
  for (let time = 1; time <= times; time++) if (watch.look(from + time * apart)) ends++
  return [from + times * apart, ends]
}

test('main can poll from its first word on, until nothing was heard of it for some looks', (t) => {
  const watch = new MainWatch()
  let [now, ends] = look(watch, 100, 0)
  t.false(watch.canPoll)
  watch.alive(true)
  ;[now] = look(watch, 10, now)
  watch.alive(true)
  ;[now, ends] = look(watch, 10, now)
  t.true(watch.canPoll)
  t.is(ends, 0)
  ;[now, ends] = look(watch, 30, now)
  t.false(watch.canPoll)
  t.is(ends, 1)
  t.true(watch.hasPoller)
  watch.alive(true)
  t.true(watch.canPoll)
})

test('a main without a poller is waited for as long', (t) => {
  const watch = new MainWatch()
  watch.alive(true)
  let [now] = look(watch, 2, 0)
  for (let times = 0; times < 30 && watch.canPoll; times++) {
    watch.alive(false)
    ;[now] = look(watch, 1, now)
  }
  t.false(watch.canPoll)
  t.false(watch.hasPoller)
})

test('a process that stood still as a whole is no main that stood still', (t) => {
  const watch = new MainWatch()
  watch.alive(true)
  look(watch, 3, 0, 60_000)
  t.true(watch.canPoll)
})
