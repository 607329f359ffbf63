import type { DeliveryRow } from '../store/delivery-row.ts'

/** Whether this machine is the one that tells people. */
interface Fence {
  /** It is, for now. */
  maySend(): boolean
  /** Resolves when all that was written so far is where another machine would go on with it. */
  saved(): Promise<void>
}

/** What sends: a DeliveryQueue. */
interface Queue {
  readonly nextDue: number
  readonly inFlight: number
  add(rows: readonly DeliveryRow[]): void
  tick(now: number): void
  close(graceMs: number): Promise<void>
}

/** Has a queue send only what another machine would know of, and only while this machine may. `added`: something is to be sent. */
export function fencedQueue(queue: Queue, fence: Fence | null, added: () => void): Queue {
  if (fence === null) return queue
  return {
    get nextDue() {
      return queue.nextDue
    },
    get inFlight() {
      return queue.inFlight
    },
    add(rows) {
      if (rows.length === 0) return
      void fence.saved().then(() => {
        queue.add(rows)
        added()
      })
    },
    tick(now) {
      if (fence.maySend()) queue.tick(now)
    },
    close: (graceMs) => queue.close(graceMs),
  }
}
