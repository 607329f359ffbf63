import { expose, transfer, wrap } from 'comlink'
import type { Endpoint } from 'comlink'
import { MessagePort } from 'node:worker_threads'
import type { Transferable } from 'node:worker_threads'

// Both ends of a port on which each message has one reply. The only file that imports comlink. comlink's own adapter for Node has no
// types under nodenext and leaves ports open; a MessagePort of Node is an EventTarget, so only the type of the transfer list differs.

interface Receiver {
  receive(message: object): unknown
}

/** Returns what sends a message over a port and resolves with its reply. It never settles once the other thread has ended. */
export function sendRequests(port: MessagePort): (message: object) => Promise<unknown> {
  const remote = wrap<Receiver>(endpoint(port))
  return (message) => remote.receive(transfer(message, transferables(message)))
}

/** Replies to each message from the other end of a port with what `receive`, which knows its type, returns or resolves with. */
export function answerRequests(
  port: MessagePort,
  receive: (message: never) => object | null | void | Promise<object | null | void>,
): void {
  const reply = async (message: object) => {
    const value = await receive(message as never)
    return value === undefined || value === null ? value : transfer(value, transferables(value))
  }
  expose({ receive: reply } satisfies Receiver, endpoint(port))
}

/** The buffers and ports of a message. They move to the other thread with it. */
function transferables(message: object): Transferable[] {
  return Object.values(message).filter(
    (value: unknown): value is Transferable => value instanceof ArrayBuffer || value instanceof MessagePort,
  )
}

function endpoint(port: MessagePort): Endpoint {
  return {
    postMessage: (message: unknown, list: Transferable[] = []) => port.postMessage(message, list),
    addEventListener: (type, listener) => port.addEventListener(type, listener as never),
    removeEventListener: (type, listener) => port.removeEventListener(type, listener as never),
    start: () => port.start(),
  }
}
