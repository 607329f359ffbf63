import { setTimeout as sleep } from 'node:timers/promises'

const PAUSE_MS = 20

/**
 * Calls `listen` until it does not fail because the port is in use. A port that this process has just let go may be in use for a moment: a
 * program that a test starts has all sockets of this process until it calls exec.
 */
export async function listenAgain<T>(listen: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await listen()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
      await sleep(PAUSE_MS)
    }
  }
}
