import { proxy, wrap, expose } from 'comlink'
import type { Endpoint, Remote } from 'comlink'
import type { MessagePort, Transferable } from 'node:worker_threads'

// The only door to comlink. Its own adapter for Node has no types under nodenext and leaves ports open; a MessagePort of
// Node is an EventTarget already, so all that is missing is the transfer list's type.

/** A control face as the other thread sees it: every call is a promise. */
export type RemoteApi<T> = Remote<T>

/** Calls the face that the other end of `port` exposes. */
export function connectApi<T>(port: MessagePort): RemoteApi<T> {
  return wrap<T>(endpoint(port))
}

/** Answers calls that come over `port` with `face`. */
export function exposeApi(api: object, port: MessagePort): void {
  expose(proxy(api), endpoint(port))
}

export { transfer } from 'comlink'

function endpoint(port: MessagePort): Endpoint {
  return {
    postMessage: (message: unknown, transfer: Transferable[] = []) => port.postMessage(message, transfer),
    addEventListener: (type, listener) => port.addEventListener(type, listener as never),
    removeEventListener: (type, listener) => port.removeEventListener(type, listener as never),
    start: () => port.start(),
  }
}
