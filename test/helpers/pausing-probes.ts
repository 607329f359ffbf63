import type { ExecutionContext } from 'ava'
import { Attempt } from '../../src/poll/attempt/attempt.ts'
import { Prober } from '../../src/poll/prober.ts'
import type { ProbeResult } from '../../src/poll/verdict/probe-result.ts'
import type { Resource } from '../../src/resource/resource.ts'
import type { PollOptions } from '../../src/settings/poll-options.ts'
import { pollOptions } from './test-poller.ts'

/** Returns what probes a Resource, by a clock that stands still and moves on by `pauseMs` before each probe. */
export function pausingProbes(
  t: ExecutionContext,
  pauseMs: number,
  different: Partial<PollOptions> = {},
): (one: Resource) => Promise<ProbeResult> {
  let now = 0
  const options = pollOptions({ keepAlive: true, ...different })
  const prober = new Prober(
    options,
    () => now,
    () => {},
  )
  t.teardown(() => prober.close())
  return (one) => {
    now += pauseMs
    const attempt = new Attempt(Infinity, () => now)
    return prober.probe(attempt, one, prober.resolveProfile(options), false)
  }
}
