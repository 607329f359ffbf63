import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'

/** Makes a channel, gives one end of it to `take`, and returns the other end. */
export function portTo(take: (port: MessagePort) => void): MessagePort {
  const { port1, port2 } = new MessageChannel()
  take(port2)
  return port1
}
