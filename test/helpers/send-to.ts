import type { ExecutionContext } from 'ava'
import type { Notification, SendResult } from '../../src/alerts/notification.ts'
import type { ReceiverType } from '../../src/alerts/receivers/receiver-type.ts'
import { receiverServer } from './receiver-server.ts'
import type { ReceivedRequest } from './receiver-server.ts'
import { NO_LIMIT, senderFor } from './receiver-settings.ts'

/** What a server answers. Status 200 by default. */
export interface CannedResponse {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Sends a notification to a server that answers so. `given`: keys of the receiver; a path in `url` is that on the server. */
export async function sendTo(
  t: ExecutionContext,
  type: ReceiverType,
  given: Readonly<Record<string, string>>,
  notification: Notification,
  { status = 200, headers = {}, body = '' }: CannedResponse,
): Promise<{ readonly result: SendResult; readonly request: ReceivedRequest }> {
  const { origin, received } = await receiverServer(t, (response) => {
    response.writeHead(status, headers).end(body)
  })
  const sender = senderFor(type, { ...given, url: `${origin}${given['url'] ?? '/'}` })
  const result = await sender.send(notification, NO_LIMIT)
  const [request] = received
  if (request === undefined) throw new Error(`nothing was sent: ${result.said}`)
  return { result, request }
}
