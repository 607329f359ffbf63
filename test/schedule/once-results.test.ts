import test from 'ava'
import type { PolledResource, ResourceId, Verdict } from '../../src/resource/resource.ts'
import { MAX_SERVER_DELAY_MS, OnceResults } from '../../src/schedule/once-results.ts'

const OPTIONS = { retries: 2, retryDelayMs: 1_000, mostFailed: null }
const isUp = ({ verdict }: PolledResource) => verdict === 'up'

const polled = (id: number, verdict: Verdict, notBefore = 0): PolledResource => ({
  id: id as ResourceId,
  verdict,
  notBefore,
  dueAt: 0,
  errCount: 0,
  headRefusedUntil: 0,
  refusedStatus: 0,
})

test('what is not up is polled again until it is up, or as often as asked for', (t) => {
  const results = new OnceResults(2, OPTIONS, { isUp }, () => t.fail())
  t.is(results.polled(polled(0, 'down'), 5), 1_005)
  t.is(results.polled(polled(1, 'unknown'), 6), 1_006)
  t.is(results.waiting, 2)
  t.is(results.polled(polled(0, 'up'), 1_010), null)
  t.is(results.polled(polled(1, 'down'), 1_011), 2_011)
  t.is(results.waiting, 1)
  t.is(results.polled(polled(1, 'down'), 2_020), null)
  t.is(results.waiting, 0)
})

test('a server that asks for a wait gets it, unless it is long', (t) => {
  const results = new OnceResults(2, OPTIONS, { isUp }, () => t.fail())
  t.is(results.polled(polled(0, 'down', 7_000), 10), 7_000)
  t.is(results.polled(polled(1, 'down', 11 + MAX_SERVER_DELAY_MS), 10), null)
})

test('a Resource that comes back unpolled has no result', (t) => {
  const results = new OnceResults(1, OPTIONS, { isUp }, () => t.fail())
  results.polled(polled(0, 'down'), 0)
  t.is(results.polled(polled(0, 'pending'), 1_000), null)
  t.is(results.waiting, 1)
})

test('too many that are not up: only after their last poll, and those that are set aside count', (t) => {
  let calls = 0
  const ends = () => void calls++
  const results = new OnceResults(3, { ...OPTIONS, retries: 1, mostFailed: 1 }, { isUp }, ends)
  results.polled(polled(0, 'down'), 0)
  results.polled(polled(1, 'down'), 0)
  results.polled(polled(0, 'down'), 1_000)
  t.is(calls, 0)
  results.setAside(1 as ResourceId)
  t.is(calls, 1)
  t.is(results.waiting, 0)
})
