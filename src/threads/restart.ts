import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from '../runtime/clock.ts'
import { leaveRemovedFolder } from '../runtime/working-folder.ts'
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
      leaveRemovedFolder()
      return await start()
    } catch (error) {
      delayMs = backoff.startFailed(thread)
      if (delayMs === null) throw error
      onFailure(error as Error)
    }
  }
}

/**
 * Like `restart`, but never gives up: when it is time to, the next attempt comes after `retryMs`. Calls `onFailure` with the error of each
 * failed attempt unless its message is that of the one before; `reported` is the one that was said already. For threads without which
 * polling goes on.
 */
export async function restartForever(
  backoff: RestartBackoff,
  start: () => Promise<void>,
  onFailure: (error: Error) => void,
  retryMs: number,
  reported = '',
): Promise<void> {
  let last = reported
  const report = (error: Error) => {
    if (error.message !== last) onFailure(error)
    last = error.message
  }
  for (;;) {
    try {
      return await restart(backoff, 0, start, report)
    } catch (error) {
      report(error as Error)
      await sleep(retryMs, undefined, { ref: false })
    }
  }
}
