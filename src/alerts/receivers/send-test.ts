import { randomBytes } from 'node:crypto'
import type { ReceiverConfig } from '../alert-rule.ts'
import type { Notification, SendResult } from '../notification.ts'
import { RECEIVER_TYPES } from './receiver-types.ts'
import type { SenderContext } from './receiver-type.ts'
import { testNotification } from './test-notification.ts'

/** Time for one attempt unless the type has its own, in ms. */
const TIMEOUT_MS = 10_000

/** Sends a test to a receiver of the configuration, once. `now`: in ms since the epoch; `stop` ends it early. */
export function sendTest(
  { name, type, settings }: ReceiverConfig,
  status: Notification['status'],
  context: Omit<SenderContext, 'receiver'>,
  now: number,
  stop: AbortSignal,
): Promise<SendResult> {
  const row = RECEIVER_TYPES.find((one) => one.name === type)
  // The configuration has been checked.
  if (row === undefined) throw new Error(`no receiver type ${type}`)
  const sender = row.create(settings, { ...context, receiver: name })
  const notification = testNotification(name, randomBytes(16).toString('hex'), now, status)
  const limit = AbortSignal.timeout(sender.timeoutMs ?? TIMEOUT_MS)
  return sender.send(notification, AbortSignal.any([stop, limit]))
}
