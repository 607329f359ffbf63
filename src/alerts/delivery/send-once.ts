import type { AddressProgress, Notification, SendResult } from '../notification.ts'
import type { Sender } from '../sender.ts'

/** A sender that does not end after its signal is not waited for any longer than this, in ms. */
const GRACE_MS = 1_000

/** Sends once. Never rejects, and resolves soon after the time-out, whatever the sender does. */
export function sendOnce(
  sender: Sender,
  notification: Notification,
  addresses: AddressProgress | null,
  timeoutMs: number,
  ended: AbortSignal,
): Promise<SendResult> {
  return new Promise((resolve) => {
    const controller = new AbortController()
    let grace: NodeJS.Timeout | undefined
    const abort = (said: string) => {
      controller.abort(new Error(said))
      grace ??= setTimeout(() => end({ type: 'retry', said, retryAfterMs: null }), GRACE_MS)
    }
    const timer = setTimeout(() => abort(`no answer within ${timeoutMs / 1_000} s`), timeoutMs)
    const stop = () => abort('headcount ended')
    const end = (result: SendResult) => {
      clearTimeout(timer)
      clearTimeout(grace)
      ended.removeEventListener('abort', stop)
      resolve(result)
    }
    ended.addEventListener('abort', stop)
    const fail = (error: unknown) =>
      end({ type: 'retry', said: error instanceof Error ? error.message : String(error), retryAfterMs: null })
    try {
      sender.send(notification, controller.signal, addresses).then(end, fail)
    } catch (error) {
      fail(error)
    }
  })
}
