import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from '../clock.ts'
import type { Relaunches } from './relaunch.ts'

/**
 * Starts a thread that has died anew, after the waits that `relaunches` has for it, until `start` resolves. `failed` hears
 * of each try that did not work but the last: with its error this rejects when it is time to give up.
 */
export async function restart(
  relaunches: Relaunches,
  thread: number,
  start: () => Promise<void>,
  failed: (error: Error) => void = () => {},
): Promise<void> {
  let wait: number | null = relaunches.died(thread, monotonicMs())
  for (;;) {
    await sleep(wait)
    try {
      return await start()
    } catch (error) {
      wait = relaunches.failed(thread)
      if (wait === null) throw error
      failed(error as Error)
    }
  }
}
