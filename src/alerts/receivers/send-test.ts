import { randomBytes } from 'node:crypto'
import type { ReceiverConfig } from '../alert-rule.ts'
import type { Notification, SendResult } from '../notification.ts'
import { createSender } from './receiver-types.ts'
import type { SenderContext } from './receiver-type.ts'
import { testNotification } from './test-notification.ts'

/** Time for one attempt unless the type has its own, in ms. */
const TIMEOUT_MS = 10_000

/** Sends a test to a receiver of the configuration, once. `now`: in ms since the epoch; `stop` ends it early. */
export function sendTest(
  receiver: ReceiverConfig,
  status: Notification['status'],
  context: Omit<SenderContext, 'receiver'>,
  now: number,
  stop: AbortSignal,
): Promise<SendResult> {
  const sender = createSender(receiver, context)
  const notification = testNotification(receiver.name, randomBytes(16).toString('hex'), now, status)
  const limit = AbortSignal.timeout(sender.timeoutMs ?? TIMEOUT_MS)
  return sender.send(notification, AbortSignal.any([stop, limit]))
}
