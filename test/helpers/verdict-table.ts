import test from 'ava'
import type { PollOptions } from '../../src/settings/poll-options.ts'
import { TestPoller } from './test-poller.ts'
import { CASES } from './verdict-cases.ts'

/** Polls what a script serves, and compares with the table. */
export const verdict = test.macro(
  async (t, name: string, url: () => string, different: Partial<PollOptions>) => {
    const poller = new TestPoller(different)
    const state = await poller.pollWithoutStall(url())
    await poller.close()
    t.deepEqual([state.verdict, state.reason, state.status], CASES[name] as never, JSON.stringify(state))
    // A thread that stood still moves the deadline.
    if (state.stalledMs === 0) t.true(state.durationMs <= 1_000 + 100, `took ${state.durationMs} ms`)
    t.deepEqual(poller.notices, [])
    t.deepEqual(poller.events, ['state', 'complete'])
  },
)
