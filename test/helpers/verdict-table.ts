import test from 'ava'
import type { PollOptions } from '../../src/settings/poll-options.ts'
import { TestPoller } from './test-poller.ts'
import { CASES } from './verdict-cases.ts'

/** Polls a URL of the hostile server and compares the State with the table. */
export const verdict = test.macro(
  async (t, name: string, url: () => string, different: Partial<PollOptions>) => {
    const poller = new TestPoller(different)
    const state = await poller.pollWithoutStall(url())
    await poller.close()
    t.deepEqual([state.verdict, state.reason, state.status], CASES[name] as never, JSON.stringify(state))
    t.deepEqual(poller.notices, [])
    t.deepEqual(poller.events, ['state', 'complete'])
  },
)
