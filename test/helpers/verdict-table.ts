import test from 'ava'
import type { PollOptions } from '../../src/poll/options.ts'
import type { Reason, State } from '../../src/state/state.ts'
import { TestPoller } from './poll.ts'

type Said = readonly [State['verdict'], Reason, status: number]

/** Each script of the hostile server, and what a poll of it must say, with either method: undici asks GET, we HEAD. */
export const CASES: Readonly<Record<string, Said>> = {
  ok: ['up', 'ok', 200],
  'ok-open': ['up', 'ok', 200],
  'http-1.0': ['up', 'ok', 200],
  'no-content': ['up', 'ok', 204],
  'early-hints': ['up', 'ok', 200],
  continue: ['up', 'ok', 200],
  'continue-apart': ['up', 'ok', 200],
  'continue-after-hints': ['up', 'ok', 200],
  'body-after-head': ['up', 'ok', 200],
  'endless-body': ['up', 'ok', 200],
  'reset-after-head': ['up', 'ok', 200],
  'byte-by-byte': ['up', 'ok', 200],
  'long-head': ['up', 'ok', 200],
  'no-phrase': ['up', 'ok', 200],
  silent: ['down', 'timeout', 0],
  drip: ['down', 'timeout', 0],
  'hints-forever': ['down', 'timeout', 0],
  'continue-forever': ['down', 'timeout', 0],
  'switching-protocols': ['down', 'protocol', 0],
  'switching-to-nothing': ['down', 'protocol', 0],
  'status-000': ['down', 'protocol', 0],
  'status-99': ['down', 'protocol', 0],
  'status-1000': ['down', 'protocol', 0],
  'status-abc': ['down', 'protocol', 0],
  'lf-only': ['down', 'protocol', 0],
  'nul-in-header': ['down', 'protocol', 0],
  'esc-in-header': ['down', 'protocol', 0],
  'esc-in-phrase': ['down', 'status', 500],
  'ssh-banner': ['down', 'protocol', 0],
  'http-0.9': ['down', 'protocol', 0],
  'two-lengths': ['down', 'protocol', 0],
  'head-too-large': ['down', 'overflow', 0],
  'header-too-large': ['down', 'overflow', 0],
  'phrase-too-large': ['down', 'overflow', 0],
  'endless-phrase': ['down', 'overflow', 0],
  'reset-at-once': ['down', 'reset', 0],
  'reset-in-head': ['down', 'reset', 0],
  'end-at-once': ['down', 'closed', 0],
  'end-in-head': ['down', 'closed', 0],
  'not-found': ['down', 'status', 404],
  'server-error': ['down', 'status', 500],
  'status-999': ['down', 'status', 999],
  'not-modified': ['down', 'status', 304],
  'head-405': ['up', 'ok', 200],
  'head-501': ['down', 'status', 503],
  'all-405': ['down', 'status', 405],
  'busy-for-a-minute': ['down', 'status', 503],
  'moved-to-ok': ['up', 'ok', 200],
  'moved-relative': ['up', 'ok', 200],
  'moved-to-silent': ['down', 'timeout', 0],
  'moved-to-itself': ['down', 'redirect', 0],
  ping: ['down', 'redirect', 0],
  'moved-on': ['down', 'redirect', 0],
  'moved-nowhere': ['down', 'redirect', 0],
  'moved-to-ftp': ['down', 'redirect', 0],
  'moved-to-nonsense': ['down', 'redirect', 0],
}

/** Polls what a script serves, and compares with the table. */
export const verdict = test.macro(
  async (t, name: string, url: () => string, different: Partial<PollOptions>) => {
    const poller = new TestPoller(different)
    const state = await poller.settle(url())
    await poller.close()
    t.deepEqual([state.verdict, state.reason, state.status], CASES[name] as never, JSON.stringify(state))
    // A thread that stood still moves the deadline.
    if (state.heldMs === 0) t.true(state.durationMs <= 1_000 + 100, `took ${state.durationMs} ms`)
    t.is(poller.notices.length, state.verdict === 'up' ? 0 : 1)
    t.deepEqual(poller.events, ['state', 'complete'])
  },
)
