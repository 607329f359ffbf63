import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from '../runtime/clock.ts'
import type { RestartBackoff } from './restart-backoff.ts'

/**
 * Starts a thread that has died anew, after the waits that `relaunches` has for it, until `start` resolves. `failed` hears
 * of each try that did not work but the last: with its error this rejects when it is time to give up.
 */
export async function restart(
  backoff: RestartBackoff,
  thread: number,
  start: () => Promise<void>,
  onFailure: (error: Error) => void = () => {},
): Promise<void> {
  let delayMs: number | null = backoff.died(thread, monotonicMs())
  for (;;) {
    await sleep(delayMs)
    try {
      return await start()
    } catch (error) {
      delayMs = backoff.startFailed(thread)
      if (delayMs === null) throw error
      onFailure(error as Error)
    }
  }
}
