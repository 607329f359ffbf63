import type { MessagePort } from 'node:worker_threads'
import type { Canary } from '../resource/canary.ts'
import { unpackResources } from '../resource/resource-batch.ts'
import type { Resource, ResourceId } from '../resource/resource.ts'
import type { ProfileUpdate } from '../settings/poll-options.ts'
import type { FileChange } from '../settings/request-files.ts'
import type { ProbeModule } from '../settings/probe-module.ts'
import type { ProbeRequest } from './probe-protocol.ts'
import type { PendingMessage } from './protocol.ts'

/** A Poller, as messages use it. */
interface PollerTarget {
  accept(resources: readonly Resource[], suspects: readonly ResourceId[]): void
  setProfiles(profiles: readonly ProfileUpdate[]): void
  setFiles(files: readonly FileChange[]): void
  setLease(until: number, revoked: readonly ResourceId[]): void
  readonly uplink: { setSharedCanaries(canaries: readonly Canary[]): void }
  readonly proxies: { setProven(names: readonly string[]): void }
}

/** Where probes are made, as messages use it. */
export interface ProbeTarget {
  setPort(replies: MessagePort): void
  setModules(modules: readonly ProbeModule[]): void
  accept(requests: readonly ProbeRequest[]): void
  cancel(ids: readonly number[]): void
}

/** A poller's end of `pending`: does what each message says. */
export class PollerHandler {
  readonly #poller: PollerTarget
  readonly #outbox: { setStatusPort(status: MessagePort): void }
  readonly #loadProbes: () => Promise<ProbeTarget>
  #probes: Promise<ProbeTarget> | null = null
  readonly #stop = Promise.withResolvers<void>()

  /** `loadProbes` is called for the first message about probes. */
  constructor(
    poller: PollerTarget,
    outbox: { setStatusPort(status: MessagePort): void },
    loadProbes: () => Promise<ProbeTarget>,
  ) {
    this.#poller = poller
    this.#outbox = outbox
    this.#loadProbes = loadProbes
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
      case 'reachable':
        this.#poller.uplink.setSharedCanaries(message.found.canaries)
        this.#poller.proxies.setProven(message.found.proxies)
        break
      case 'lease':
        this.#poller.setLease(message.until, message.revoked)
        break
      case 'stop':
        this.#stop.resolve()
        break
      case 'probePort':
        this.#withProbes((probes) => probes.setPort(message.replies))
        break
      case 'probeModules':
        this.#withProbes((probes) => probes.setModules(message.modules))
        break
      case 'probes':
        this.#withProbes((probes) => probes.accept(message.requests))
        break
      case 'cancelProbes':
        this.#withProbes((probes) => probes.cancel(message.ids))
        break
      default:
        message satisfies never
    }
  }

  /** In the order of the messages, also while the code is loaded. */
  #withProbes(act: (probes: ProbeTarget) => void): void {
    this.#probes ??= this.#loadProbes()
    void this.#probes.then(act)
  }
}
