import test from 'ava'
import { failure } from '../../../src/poll/attempt/failure.ts'
import { judge } from '../../../src/poll/verdict/judge.ts'
import type { ProbeResult } from '../../../src/poll/verdict/probe-result.ts'

const TIMEOUT_MS = 20_000

/** The verdict on a failure of an attempt, and why. */
function judged(reason: 'timeout' | 'reset' | 'refused', longestMs: number, totalMs: number) {
  const result = { outcome: failure(reason, 'as seen'), check: null } as unknown as ProbeResult
  const options = { accept: [[200, 299] as const], timeoutMs: TIMEOUT_MS }
  const { verdict, detail } = judge(result, { longestMs, totalMs }, null, options as never)
  return [verdict, detail]
}

const stalled = (stall: string, reason: string) => [
  'unknown',
  `the poller's thread stood still for ${stall} (${reason}: as seen)`,
]

test('a timeout is blamed on one stall of a 40th of the timeout, or on stalls of a quarter, and the detail says which', (t) => {
  t.deepEqual(judged('timeout', 499, 4_999), ['down', 'as seen'])
  t.deepEqual(judged('timeout', 500, 900), stalled('500 ms', 'timeout'))
  t.deepEqual(judged('timeout', 118, 5_000), stalled('5000 ms in all', 'timeout'))
})

test('a reset is blamed on one stall of a second, a refusal on none', (t) => {
  t.deepEqual(judged('reset', 999, 9_000), ['down', 'as seen'])
  t.deepEqual(judged('reset', 1_000, 9_000), stalled('1000 ms', 'reset'))
  t.deepEqual(judged('refused', 9_000, 9_000), ['down', 'as seen'])
})
