import type { Notification, SendResult } from '../notification.ts'
import type { AlertStore } from '../store/alert-store.ts'
import type { DeliveryRow } from '../store/delivery-row.ts'
import { Attempts } from './attempts.ts'
import { backoffMs, dueFromBefore, isExhausted, nextAttemptAt, pauseMs } from './backoff.ts'
import { DeliveryCounts } from './delivery-counts.ts'
import type { DeliveryCount } from './delivery-counts.ts'
import { Outcomes } from './outcomes.ts'
import { ReceiverQueue } from './receiver-queue.ts'
import type { QueuedReceiver } from './receiver-queue.ts'

/** What the queue needs. */
export interface DeliveryQueueOptions {
  readonly store: AlertStore
  /** By name. */
  readonly receivers: ReadonlyMap<string, QueuedReceiver>
  /** Those whom a rule of the configuration names: they get what a receiver cannot that has left it. Default: nobody. */
  readonly receiversOf?: (rule: string) => readonly string[]
  /** In ms since the epoch, never set back; and when what the store has was written last, by the clock of then. Default: not known. */
  readonly now: () => number
  readonly savedAt?: number | null
  /** From 0 to 1. Default: Math.random. */
  readonly random?: () => number
  /** Takes lines for people: who could not be told. */
  readonly warn: (line: string) => void
  /** An attempt has ended: `tick` may have something to do. */
  readonly onSettled: () => void
  /** For one attempt, in ms. Default: that of the sender, or 10 s. */
  readonly timeoutMs?: number
}

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
  readonly #attempts: Attempts
  readonly #began: number
  #isClosed = false

  /** Begins with what the store has not seen sent. */
  constructor(options: DeliveryQueueOptions) {
    this.#options = options
    this.#outcomes = new Outcomes(options, this.#counts, (name) => this.#receivers.has(name))
    this.#attempts = new Attempts(options.store, options.timeoutMs)
    this.#receivers = options.receivers
    this.#counts.configure(options.receivers.keys())
    const now = (this.#began = options.now())
    const limited = (time: number) => dueFromBefore(time, options.savedAt ?? null, now)
    for (const [receiver, until] of options.store.pauses) this.#queueOf(receiver).pause(limited(until))
    for (const row of options.store.loadPending())
      this.add([{ ...row, dueAt: limited(row.dueAt), createdAt: Math.min(row.createdAt, now) }])
  }

  /** Takes the receivers of another configuration. What waits for one that is gone is for others; for one with other settings it is tried at once. */
  configure(receivers: ReadonlyMap<string, QueuedReceiver>): void {
    const { now, store } = this.#options
    this.#receivers = receivers
    this.#counts.configure(receivers.keys())
    for (const [name, queue] of this.#queues)
      if (queue.configure(receivers.get(name) ?? null, now())) store.setPause(name, null)
  }

  /** Takes deliveries that the store has. */
  add(rows: readonly DeliveryRow[]): void {
    for (const row of rows) {
      const queue = this.#queueOf(row.receiver)
      this.#replaceRepeat(queue, row)
      if (!queue.add(row))
        this.#fail(row, this.#attempts.read(row).notification, 'too many notifications wait for it')
    }
  }

  /** A repeat that still waits says nothing that a later notification about its group does not: a receiver that was away gets one of many. */
  #replaceRepeat(queue: ReceiverQueue, { groupKey }: DeliveryRow): void {
    const last = queue.lastBehindFirst(groupKey)
    if (last === null || this.#attempts.read(last).notification?.cause !== 'repeat') return
    queue.dropLast(groupKey)
    this.#options.store.update({ ...last, state: 'replaced', finishedAt: this.#options.now() })
  }

  /** Begins all attempts that are due. */
  tick(now: number): void {
    if (this.#isClosed) return
    this.#beginAll(now)
    if (this.#giveUp(now)) this.#beginAll(now)
  }

  #beginAll(now: number): void {
    for (const queue of this.#queues.values())
      for (let row = queue.take(now); row !== null; row = queue.take(now)) this.#begin(queue, row)
  }

  /** What has waited for too long for a receiver that takes nothing is for its fallback. Returns whether there was any. */
  #giveUp(now: number): boolean {
    let isAny = false
    for (const queue of this.#queues.values())
      for (const row of queue.takeLate(now, (late) => !this.#hasOther(late))) {
        isAny = true
        queue.finish(row)
        this.#fail(row, this.#attempts.read(row).notification, row.said || 'it takes nothing')
      }
    return isAny
  }

  /** Whether its receiver has a fallback that has not got the notification yet. */
  #hasOther(row: DeliveryRow): boolean {
    return this.#outcomes.canCopy(row, this.#receivers.get(row.receiver)?.fallback ?? null)
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
    await this.#attempts.end(graceMs)
  }

  #begin(queue: ReceiverQueue, row: DeliveryRow): void {
    this.#attempts.begin(row, queue.receiver, (notification, result) => {
      this.#settle(queue, row, notification, result)
      this.#options.onSettled()
    })
  }

  #settle(
    queue: ReceiverQueue,
    row: DeliveryRow,
    notification: Notification | null,
    result: SendResult,
  ): void {
    const now = this.#options.now()
    const tried = this.#outcomes.tried(row, result)
    if (result.type === 'sent' && notification !== null) {
      queue.succeeded()
      queue.finish(row)
      this.add(this.#outcomes.sent(row, notification, result, now))
    } else if (result.type === 'retry' && !this.#isGivenUp(queue, row, now)) {
      const { said, retryAfterMs } = result
      const pause = retryAfterMs === null ? 0 : pauseMs(retryAfterMs)
      if (pause > 0) this.#pause(queue, row.receiver, now + pause)
      const backoff = backoffMs(tried.attempts, (this.#options.random ?? Math.random)())
      const dueAt = nextAttemptAt(now, { backoff, pause, deadline: queue.deadline(row) })
      const next = { ...tried, dueAt, said }
      queue.retry(next)
      this.add(this.#outcomes.retried(next, notification, now))
    } else {
      queue.finish(row)
      this.#fail(tried, notification, result.said)
    }
  }

  #pause(queue: ReceiverQueue, receiver: string, until: number): void {
    queue.pause(until)
    this.#options.store.setPause(receiver, until)
  }

  /** Whether an attempt that failed was the last one. */
  #isGivenUp(queue: ReceiverQueue, row: DeliveryRow, now: number): boolean {
    return (queue.failed(row, now) && this.#hasOther(row)) || isExhausted(row.attempts + 1)
  }

  /** Nobody tries it again; others get it. */
  #fail(row: DeliveryRow, notification: Notification | null, said: string): void {
    const { now, receiversOf = () => [] } = this.#options
    const receiver = this.#receivers.get(row.receiver)
    const others = receiver === undefined ? receiversOf(notification?.rule ?? '') : [receiver.fallback]
    this.add(this.#outcomes.failed(row, notification, said, others, now()))
  }

  #queueOf(name: string): ReceiverQueue {
    const queue = this.#queues.get(name) ?? new ReceiverQueue(this.#receivers.get(name) ?? null, this.#began)
    this.#queues.set(name, queue)
    return queue
  }
}
