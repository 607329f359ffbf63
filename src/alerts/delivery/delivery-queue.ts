import { StoreError } from '../../sqlite/store-error.ts'
import type { Notification, SendResult } from '../notification.ts'
import type { AlertStore } from '../store/alert-store.ts'
import type { DeliveryRow } from '../store/delivery-row.ts'
import { backoffMs, isExhausted, LONGEST_WAIT_MS, pauseMs } from './backoff.ts'
import { DeliveryCounts } from './delivery-counts.ts'
import type { DeliveryCount } from './delivery-counts.ts'
import { Outcomes } from './outcomes.ts'
import { ReceiverQueue } from './receiver-queue.ts'
import type { QueuedReceiver } from './receiver-queue.ts'
import { sendOnce } from './send-once.ts'

/** What the queue needs. */
export interface DeliveryQueueOptions {
  readonly store: AlertStore
  /** By name. */
  readonly receivers: ReadonlyMap<string, QueuedReceiver>
  /** In ms since the epoch, never set back. */
  readonly now: () => number
  /** From 0 to 1. Default: Math.random. */
  readonly random?: () => number
  /** Takes lines for people: who could not be told. */
  readonly warn: (line: string) => void
  /** An attempt has ended: `tick` may have something to do. */
  readonly onSettled: () => void
  /** For one attempt, in ms. Default: that of the sender, or 10 s. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 10_000
const NO_RECEIVER = 'the configuration has no such receiver'

/**
 * Sends deliveries: those to one receiver about one group one after the other, again and again until one is taken, refused or given up. What
 * comes of each attempt is written before the next; an attempt that was under way when the process died is made again, with the same id.
 */
export class DeliveryQueue {
  readonly #options: DeliveryQueueOptions
  readonly #counts = new DeliveryCounts()
  readonly #outcomes: Outcomes
  /** By name. Bounded by the receivers that configurations have named, and those that something waits for. */
  readonly #queues = new Map<string, ReceiverQueue>()
  #receivers: ReadonlyMap<string, QueuedReceiver>
  /** Attempts under way. Bounded by MAX_IN_FLIGHT of each receiver. */
  readonly #attempts = new Set<Promise<void>>()
  readonly #ended = new AbortController()
  #isClosed = false

  /** Begins with what the store has not seen sent. */
  constructor(options: DeliveryQueueOptions) {
    this.#options = options
    this.#outcomes = new Outcomes(options.store, this.#counts, options.warn)
    this.#receivers = options.receivers
    this.configure(options.receivers)
    const now = options.now()
    for (const row of options.store.loadPending()) {
      const dueAt = Math.min(row.dueAt, now + LONGEST_WAIT_MS)
      this.add([{ ...row, dueAt }])
    }
  }

  /** Takes the receivers of another configuration. What waits for one that is gone cannot be sent. */
  configure(receivers: ReadonlyMap<string, QueuedReceiver>): void {
    this.#receivers = receivers
    this.#counts.configure(receivers.keys())
    for (const [name, queue] of this.#queues) queue.configure(receivers.get(name) ?? null)
  }

  /** Takes deliveries that the store has. */
  add(rows: readonly DeliveryRow[]): void {
    for (const row of rows) {
      const queue = this.#queueOf(row.receiver)
      this.#replaceRepeat(queue, row)
      if (!queue.add(row)) this.#fail(row, this.#read(row).notification, 'too many notifications wait for it')
    }
  }

  /** A repeat that still waits says nothing that a later notification about its group does not: a receiver that was away gets one of many. */
  #replaceRepeat(queue: ReceiverQueue, { groupKey }: DeliveryRow): void {
    const last = queue.lastBehindFirst(groupKey)
    if (last === null || this.#read(last).notification?.cause !== 'repeat') return
    queue.dropLast(groupKey)
    this.#options.store.update({ ...last, state: 'replaced', finishedAt: this.#options.now() })
  }

  /** Begins all attempts that are due. */
  tick(now: number): void {
    if (this.#isClosed) return
    for (const queue of this.#queues.values())
      for (let row = queue.take(now); row !== null; row = queue.take(now)) this.#begin(queue, row)
  }

  /** When `tick` is to be called next, unless something happens before, in ms since the epoch; Infinity: never. */
  get nextDue(): number {
    return Math.min(...Array.from(this.#queues.values(), (queue) => queue.nextDue), Infinity)
  }

  /** For the metric of notifications. */
  get counts(): readonly DeliveryCount[] {
    return this.#counts.all
  }

  /** Attempts under way. */
  get inFlight(): number {
    return this.#attempts.size
  }

  /** Deliveries that are not finished. */
  get waiting(): number {
    return Array.from(this.#queues.values(), (queue) => queue.waiting).reduce((sum, n) => sum + n, 0)
  }

  /** Begins no more attempts, and resolves when those under way have ended, after `graceMs` at the latest. What is not sent stays in the store. */
  async close(graceMs: number): Promise<void> {
    this.#isClosed = true
    const timer = setTimeout(() => this.#ended.abort(), graceMs)
    await Promise.all(this.#attempts)
    clearTimeout(timer)
  }

  #begin(queue: ReceiverQueue, row: DeliveryRow): void {
    const { receiver } = queue
    const { notification, fault } = this.#read(row)
    const send = (): Promise<SendResult> => {
      if (fault !== null || notification === null || receiver === null)
        return Promise.resolve(
          fault ?? { type: 'refused', said: receiver === null ? NO_RECEIVER : 'the notification is lost' },
        )
      return sendOnce(
        receiver.sender,
        notification,
        this.#options.timeoutMs ?? receiver.sender.timeoutMs ?? TIMEOUT_MS,
        this.#ended.signal,
      )
    }
    const attempt = send().then((result) => {
      this.#attempts.delete(attempt)
      // An attempt that the end of the process has cut off is made again after it, as if there had been none.
      if (this.#ended.signal.aborted && result.type !== 'sent') return
      this.#settle(queue, row, notification, result)
      this.#options.onSettled()
    })
    this.#attempts.add(attempt)
  }

  #read({ sequence }: DeliveryRow): { notification: Notification | null; fault: SendResult | null } {
    try {
      return { notification: this.#options.store.notification(sequence), fault: null }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      return { notification: null, fault: { type: 'retry', said: error.message, retryAfterMs: null } }
    }
  }

  #settle(
    queue: ReceiverQueue,
    row: DeliveryRow,
    notification: Notification | null,
    result: SendResult,
  ): void {
    const now = this.#options.now()
    if (result.type === 'sent' && notification !== null) {
      queue.finish(row)
      const copy = this.#outcomes.sent(row, notification, result.said, now)
      if (copy !== null) this.add([copy])
    } else if (result.type === 'retry' && !isExhausted(row.attempts + 1)) {
      const { said, retryAfterMs } = result
      const attempts = row.attempts + 1
      const pause = retryAfterMs === null ? 0 : pauseMs(retryAfterMs)
      if (pause > 0) queue.pause(now + pause)
      const wait = Math.max(backoffMs(attempts, (this.#options.random ?? Math.random)()), pause)
      const next = { ...row, attempts, dueAt: now + wait, said }
      queue.retry(next)
      this.#outcomes.retried(next)
    } else {
      queue.finish(row)
      this.#fail({ ...row, attempts: row.attempts + 1 }, notification, result.said)
    }
  }

  /** Nobody tries it again; the fallback of its receiver gets it. */
  #fail(row: DeliveryRow, notification: Notification | null, said: string): void {
    const fallback = this.#receivers.get(row.receiver)?.fallback ?? null
    const copy = this.#outcomes.failed(row, notification, said, fallback, this.#options.now())
    if (copy !== null) this.add([copy])
  }

  #queueOf(name: string): ReceiverQueue {
    const queue = this.#queues.get(name) ?? new ReceiverQueue(this.#receivers.get(name) ?? null)
    this.#queues.set(name, queue)
    return queue
  }
}
