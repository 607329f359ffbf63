import test from 'ava'
import type { PollOptions } from '../../src/settings/poll-options.ts'
import { TestPoller } from './test-poller.ts'
import { CASES } from './verdict-cases.ts'

/** Polls a URL of the hostile server and compares the State with the table. */
export const verdict = test.macro(
  async (t, name: string, url: () => string, different: Partial<PollOptions>) => {
    // The deadline of those that are to time out is waited for.
    const deadline = CASES[name]?.[1] === 'timeout' ? { timeoutMs: 1_000 } : {}
    const poller = new TestPoller({ ...deadline, ...different })
    const state = await poller.pollWithoutStall(url())
    await poller.close()
    t.deepEqual([state.verdict, state.reason, state.status], CASES[name] as never, JSON.stringify(state))
    t.deepEqual(poller.notices, [])
    t.deepEqual(poller.events, ['state', 'complete'])
  },
)
