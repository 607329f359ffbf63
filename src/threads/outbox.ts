import type { MessagePort } from 'node:worker_threads'
import { ResourceBatch } from '../resource/resource-batch.ts'
import type { Resource } from '../resource/resource.ts'
import { StateBatch } from '../state/state-batch.ts'
import type { PollerBounds } from '../state/usage.ts'
import type { State } from '../state/state.ts'
import type { CompleteMessage, StatusMessage } from './protocol.ts'

/**
 * What is done waits this long at most for company, in ms: a message costs two threads some 50 µs, which would be a tenth of
 * what a poll with TLS costs.
 */
const FLUSH_MS = 15

/** A batch this large goes at once. */
const MAX_BATCH = 256

/**
 * A poller's ends of `status` and `complete`. Sends in micro-batches, and the States always before the Resources they
 * belong to.
 */
export class Outbox {
  #status: MessagePort
  readonly #complete: MessagePort
  readonly #states = new StateBatch()
  readonly #resources = new ResourceBatch()
  #notices = ''
  #timer: NodeJS.Timeout | null = null

  constructor(status: MessagePort, complete: MessagePort) {
    this.#status = status
    this.#complete = complete
  }

  /** Another monitor: what is not sent yet and all that follows goes to `status`; main is told after what went before. */
  setStatusPort(status: MessagePort): void {
    this.#status.close()
    this.#status = status
    this.flush()
    this.#complete.postMessage({ type: 'status' } satisfies CompleteMessage)
  }

  /** Closes the way to the monitor. */
  close(): void {
    this.#status.close()
  }

  /** How much CPU time the thread has used, in ms, and how full the poller is. */
  cpu(cpuMs: number, bounds: PollerBounds): void {
    this.#status.postMessage({ type: 'cpu', cpuMs, bounds } satisfies StatusMessage)
  }

  /** Why this machine's uplink counts as out, escaped; null: that is over. */
  uplink(why: string | null): void {
    this.#complete.postMessage({ type: 'uplink', why } satisfies CompleteMessage)
  }

  /** A State for the monitor. */
  state(state: State): void {
    this.#states.add(state)
    this.#scheduleFlush()
  }

  /** A line for standard error, without its line break. */
  notice(line: string): void {
    this.#notices += `${line}\n`
    this.#scheduleFlush()
  }

  /** A Resource for main, which owns it from here on. */
  complete(resource: Resource): void {
    this.#resources.add(resource)
    if (this.#resources.size >= MAX_BATCH) this.flush()
    else this.#scheduleFlush()
  }

  /** Sends all of it now. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#states.size > 0) {
      const batch = this.#states.take()
      this.#status.postMessage({ type: 'states', batch } satisfies StatusMessage, [batch])
    }
    if (this.#notices !== '') {
      this.#complete.postMessage({ type: 'notices', lines: this.#notices } satisfies CompleteMessage)
      this.#notices = ''
    }
    if (this.#resources.size > 0) {
      const batch = this.#resources.take()
      this.#complete.postMessage({ type: 'resources', batch } satisfies CompleteMessage, [batch])
    }
  }

  #scheduleFlush(): void {
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS)
  }
}
