import type { Notification, SendResult } from './notification.ts'

/** Sends notifications to one receiver. Made from a ReceiverConfig by the row of its type. */
export interface Sender {
  /** Never rejects. `signal` aborts when its time is over. */
  send(notification: Notification, signal: AbortSignal): Promise<SendResult>
}
