import type { MessagePort } from 'node:worker_threads'
import type { Canary } from '../poll/verdict/known-canaries.ts'
import { unpackResources } from '../resource/resource-batch.ts'
import type { Resource, ResourceId } from '../resource/resource.ts'
import type { ProfileUpdate } from '../settings/poll-options.ts'
import type { RequestFile } from '../settings/request-files.ts'
import type { PendingMessage } from './protocol.ts'

/** A Poller, as messages use it. */
interface MessageTarget {
  accept(resources: readonly Resource[], suspects: readonly ResourceId[]): void
  setProfiles(profiles: readonly ProfileUpdate[]): void
  setFiles(files: readonly RequestFile[]): void
  readonly uplink: { setSharedCanaries(canaries: readonly Canary[]): void }
}

/** A poller's end of `pending`: does what each message says. */
export class PollerHandler {
  readonly #poller: MessageTarget
  readonly #outbox: { setStatusPort(status: MessagePort): void }
  readonly #stop = Promise.withResolvers<void>()

  constructor(poller: MessageTarget, outbox: { setStatusPort(status: MessagePort): void }) {
    this.#poller = poller
    this.#outbox = outbox
  }

  /** Resolves when main asks for the end. */
  get stopRequested(): Promise<void> {
    return this.#stop.promise
  }

  handle(message: PendingMessage): void {
    switch (message.type) {
      case 'resources':
        this.#poller.accept(unpackResources(message.batch), message.suspects)
        break
      case 'profiles':
        this.#poller.setProfiles(message.profiles)
        break
      case 'files':
        this.#poller.setFiles(message.files)
        break
      case 'status':
        this.#outbox.setStatusPort(message.status)
        break
      case 'canaries':
        this.#poller.uplink.setSharedCanaries(message.canaries)
        break
      case 'stop':
        this.#stop.resolve()
        break
      default:
        message satisfies never
    }
  }
}
