import type { MessagePort } from 'node:worker_threads'
import { escapeText } from '../print/text/escape.ts'
import { ResourceBatch } from '../resource/resource-batch.ts'
import type { Resource, ResourceId } from '../resource/resource.ts'
import { StateBatch } from '../state/state-batch.ts'
import type { State } from '../state/state.ts'
import type { PollerBounds } from '../state/usage.ts'
import type { CompleteMessage, Reachable, StatusMessage } from './protocol.ts'

/**
 * Results wait at most this long for others, in ms, and go in one message: a message costs two threads about 50 µs, a tenth of
 * what a poll with TLS costs.
 */
const FLUSH_MS = 15

/** A batch of this many Resources goes at once. */
const MAX_BATCH = 256

/** A line for standard error is cut at this length, in UTF-16 units. */
const MAX_NOTICE_LENGTH = 500

/**
 * A poller's ends of `status` and `complete`: the hooks of its Poller. Sends results in batches, States always before the Resources they
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

  /** The poller accepts Resources. `threadId` is the system's number of its thread. */
  ready(threadId: number | null): void {
    this.#postComplete({ type: 'ready', threadId })
  }

  /** The event loop runs, and what the poller has found. With it go the thread's CPU time, in ms, and how full the poller is. */
  heartbeat(found: Reachable, cpuMs: number, bounds: PollerBounds): void {
    this.#postComplete({ type: 'heartbeat', found })
    this.cpu(cpuMs, bounds)
  }

  /** The thread's CPU time, in ms, and how full the poller is. */
  cpu(cpuMs: number, bounds: PollerBounds): void {
    this.#postStatus({ type: 'cpu', cpuMs, bounds })
  }

  /** The poll of a suspect has started. */
  started(id: ResourceId): void {
    this.#postComplete({ type: 'started', id })
  }

  /** Why the poller considers the machine's uplink down, not escaped yet; null: up again. */
  uplink(why: string | null): void {
    this.#postComplete({ type: 'uplink', why: why === null ? null : escapeText(why, MAX_NOTICE_LENGTH) })
  }

  /** A server has refused this token of an OAuth2 client. */
  renew(client: string, refused: string): void {
    this.#postComplete({ type: 'renew', client, refused })
  }

  /** A State for the monitor. */
  state(state: State): void {
    this.#states.add(state)
    this.#scheduleFlush()
  }

  /** A line for standard error, without its line break, not escaped yet. */
  notice(line: string): void {
    this.#notices += `${escapeText(line, MAX_NOTICE_LENGTH)}\n`
    this.#scheduleFlush()
  }

  /** A Resource for main, which owns it from now on. */
  complete(resource: Resource): void {
    this.#resources.add(resource)
    if (this.#resources.size >= MAX_BATCH) this.flush()
    else this.#scheduleFlush()
  }

  /** Sends everything now. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#states.size > 0) {
      const batch = this.#states.take()
      this.#postStatus({ type: 'states', batch }, [batch])
    }
    if (this.#notices !== '') {
      this.#postComplete({ type: 'notices', lines: this.#notices })
      this.#notices = ''
    }
    if (this.#resources.size > 0) {
      const batch = this.#resources.take()
      this.#postComplete({ type: 'resources', batch }, [batch])
    }
  }

  /** Sends States to the port of a new monitor from now on, those that wait included, and tells main that it did. */
  setStatusPort(status: MessagePort): void {
    this.#status.close()
    this.#status = status
    this.flush()
    this.#postComplete({ type: 'status' })
  }

  /** Sends everything and closes both ports. */
  close(): void {
    this.flush()
    this.#status.close()
    this.#complete.close()
  }

  #postStatus(message: StatusMessage, transfer: ArrayBuffer[] = []): void {
    this.#status.postMessage(message, transfer)
  }

  #postComplete(message: CompleteMessage, transfer: ArrayBuffer[] = []): void {
    this.#complete.postMessage(message, transfer)
  }

  #scheduleFlush(): void {
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS)
  }
}
