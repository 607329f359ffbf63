import type { AddressProgress, Notification, SendResult } from './notification.ts'

/** Sends notifications to one receiver. Made from a ReceiverConfig by the row of its type. */
export interface Sender {
  /** Time for one attempt, in ms. Default: 10 s. */
  readonly timeoutMs?: number
  /** Never rejects. `signal` aborts when its time is over. `addresses`: what attempts before have come to; null: nothing, or it has none. */
  send(
    notification: Notification,
    signal: AbortSignal,
    addresses?: AddressProgress | null,
  ): Promise<SendResult>
}
