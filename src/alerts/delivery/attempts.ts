import { StoreError } from '../../sqlite/store-error.ts'
import type { Notification, SendResult } from '../notification.ts'
import type { AlertStore } from '../store/alert-store.ts'
import type { DeliveryRow } from '../store/delivery-row.ts'
import type { QueuedReceiver } from './receiver-queue.ts'
import { sendOnce } from './send-once.ts'

const TIMEOUT_MS = 10_000
const NO_RECEIVER = 'the configuration has no such receiver'

/** A notification that was read from the store. */
interface ReadNotification {
  /** Null: it is lost, or cannot be read now. */
  readonly notification: Notification | null
  /** Why it cannot be read now; null: it was read, or is lost. */
  readonly fault: SendResult | null
}

/** Makes attempts to send what the store has, until they are ended. */
export class Attempts {
  readonly #store: AlertStore
  readonly #timeoutMs: number | undefined
  readonly #ended = new AbortController()
  /** Bounded by MAX_IN_FLIGHT of each receiver. */
  readonly #underWay = new Set<Promise<void>>()

  /** `timeoutMs`: for one attempt. Default: that of the sender, or 10 s. */
  constructor(store: AlertStore, timeoutMs: number | undefined) {
    this.#store = store
    this.#timeoutMs = timeoutMs
  }

  /** How many are under way. */
  get size(): number {
    return this.#underWay.size
  }

  read({ sequence }: Pick<DeliveryRow, 'sequence'>): ReadNotification {
    try {
      return { notification: this.#store.notification(sequence), fault: null }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      return { notification: null, fault: { type: 'retry', said: error.message, retryAfterMs: null } }
    }
  }

  /** `settle` gets the result. An attempt that the end of the process cuts off has none, unless somebody took it: the next run makes it again. */
  begin(
    row: DeliveryRow,
    receiver: QueuedReceiver | null,
    settle: (notification: Notification | null, result: SendResult) => void,
  ): void {
    const { notification, fault } = this.read(row)
    const attempt = this.#send(row, receiver, notification, fault).then((result) => {
      this.#underWay.delete(attempt)
      const isTaken = result.type === 'sent' || (result.type === 'retry' && result.addresses !== undefined)
      if (!this.#ended.signal.aborted || isTaken) settle(notification, result)
    })
    this.#underWay.add(attempt)
  }

  /** Resolves when those under way have ended, after `graceMs` at the latest. */
  async end(graceMs: number): Promise<void> {
    const timer = setTimeout(() => this.#ended.abort(), graceMs)
    await Promise.all(this.#underWay)
    clearTimeout(timer)
  }

  #send(
    { addresses }: DeliveryRow,
    receiver: QueuedReceiver | null,
    notification: Notification | null,
    fault: SendResult | null,
  ): Promise<SendResult> {
    if (fault !== null) return Promise.resolve(fault)
    if (receiver === null) return Promise.resolve({ type: 'refused', said: NO_RECEIVER })
    if (notification === null) return Promise.resolve({ type: 'refused', said: 'the notification is lost' })
    const { sender } = receiver
    const timeoutMs = this.#timeoutMs ?? sender.timeoutMs ?? TIMEOUT_MS
    return sendOnce(sender, notification, addresses, timeoutMs, this.#ended.signal)
  }
}
