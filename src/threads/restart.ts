import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from '../runtime/clock.ts'
import type { RestartBackoff } from './restart-backoff.ts'

/**
 * Starts a dead thread again: calls `start` after the delays of `backoff` until it resolves. Calls `onFailure` with the error of
 * each failed attempt except the last; rejects with that one when it is time to give up.
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
