import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { monotonicMs } from '../runtime/clock.ts'
import { withTimeout } from '../runtime/with-timeout.ts'

/** A thread that is told what the monitor receives. */
interface FedThread {
  /** Takes the URLs of the lists; those that it knew before count no more. */
  registerAll(): Promise<void>
  /** From now on it takes what a monitor sends on this port. */
  setMonitor(port: MessagePort): Promise<void>
}

/** Connects a monitor and a thread that is fed by it, whenever there is another of one of them. */
export class MonitorConnection {
  readonly #feed: (port: MessagePort) => boolean
  /** One after the other. */
  #connected: Promise<void> = Promise.resolve()

  /** `feed` has the monitor pass on what it receives to a port; it returns false if no monitor runs. */
  constructor(feed: (port: MessagePort) => boolean) {
    this.#feed = feed
  }

  /** Waits for the last connection to be made or given up: a run may be so short that the thread has no URLs yet. Returns what is left of `patienceMs`. */
  async wait(patienceMs: number): Promise<number> {
    const until = monotonicMs() + patienceMs
    await withTimeout(this.#connected, patienceMs)
    return Math.max(0, until - monotonicMs())
  }

  /** Connects a thread with the monitor that runs, unless `isCurrent` returns false when its turn has come. `knowsUrls`: it has them all. */
  connect(thread: FedThread, isCurrent: () => boolean, knowsUrls: () => boolean): void {
    this.#connected = this.#connected.then(() => (isCurrent() ? this.#connect(thread, knowsUrls) : undefined))
  }

  /** The monitor gets its end first: what changes in the lists while the URLs are sent comes after them. */
  async #connect(thread: FedThread, knowsUrls: () => boolean): Promise<void> {
    const { port1, port2 } = new MessageChannel()
    if (!this.#feed(port1)) return port2.close()
    try {
      if (!knowsUrls()) await thread.registerAll()
      await thread.setMonitor(port2)
    } catch {
      port2.close() // The loss of the thread is reported elsewhere.
    }
  }
}
