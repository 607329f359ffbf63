import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import type { PollerNumber } from '../../resource/poller-number.ts'
import { unpackPolled } from '../../resource/resource-batch.ts'
import type { PolledResource, ResourceId } from '../../resource/resource.ts'
import { threadUsage } from '../../runtime/thread-usage.ts'
import type { ThreadUsage } from '../../runtime/thread-usage.ts'
import { withTimeout } from '../../runtime/with-timeout.ts'
import type { PollOptions, ProfileUpdate } from '../../settings/poll-options.ts'
import type { RequestFile } from '../../settings/request-files.ts'
import { HEARTBEAT_MS } from '../../threads/protocol.ts'
import type { CompleteMessage, PendingMessage, PollerLaunch, Reachable } from '../../threads/protocol.ts'
import { Watchdog } from '../../threads/watchdog.ts'

/** How long to wait for a thread that was ended before its Resources go to others, in ms. */
export const EXIT_TIMEOUT_MS = 1_000

/** What a running poller reports to main. */
export interface PollerThreadEvents {
  /** Resources came back. Main owns them again. `isSwitched`: their States go to the port that was given last. */
  returned(resources: readonly PolledResource[], isSwitched: boolean): void
  /** Lines for standard error, each with its line break. */
  notices(lines: string): void
  /** A server has refused this token of an OAuth2 client. */
  renew(client: string, refused: string): void
  /** A poller considers this machine's uplink down, and why; null: up again. */
  uplink(poller: PollerNumber, why: string | null): void
}

/**
 * Main's side of one poller thread, from its launch to its end. Each has channels of its own, closed with it: what a poller that
 * is believed dead still sends is never received.
 */
export class PollerThread {
  /** What the thread is launched with: its ends of the channels are transferred. */
  readonly launch: PollerLaunch
  /** The monitor's end of `status`. */
  readonly status: MessagePort
  readonly abort = new AbortController()
  /** How long the thread has sent nothing. */
  readonly watchdog = new Watchdog(HEARTBEAT_MS)
  /** What answers it. */
  found: Reachable = { canaries: [], proxies: [] }
  /** Why it ended; '' while it runs. */
  exitReason = ''
  readonly #events: PollerThreadEvents
  readonly #pending: MessagePort
  readonly #complete: MessagePort
  /** Resolves when all that the thread has sent on `complete` is in. */
  readonly #drained: Promise<void>
  readonly #started = Promise.withResolvers<void>()
  /** Suspects whose polls are in flight. Bounded by those that are lent: see Suspects. */
  readonly #suspectsInFlight = new Set<ResourceId>()
  #threadId: number | null = null
  #ready = false
  #ended: Promise<void> = Promise.resolve()
  /** Called when States go to the new monitor: one for each switch, in order. Bounded by restarts of the monitor. */
  readonly #onStatusSwitched: (() => void)[] = []

  constructor(
    number: PollerNumber,
    options: PollOptions,
    profiles: readonly ProfileUpdate[],
    files: readonly RequestFile[],
    events: PollerThreadEvents,
  ) {
    const pending = new MessageChannel()
    const complete = new MessageChannel()
    const status = new MessageChannel()
    this.launch = {
      number,
      options,
      profiles,
      files,
      pending: pending.port2,
      complete: complete.port2,
      status: status.port2,
    }
    this.status = status.port1
    this.#events = events
    this.#pending = pending.port1
    this.#complete = complete.port1
    this.#drained = new Promise((resolve) => complete.port1.once('close', resolve))
    complete.port1.on('message', (message: CompleteMessage) => this.#handle(message))
  }

  /** Whether the thread has started to accept Resources. */
  get ready(): boolean {
    return this.#ready
  }

  /** What the thread does now; null where that is not known. */
  get usage(): ThreadUsage | null {
    return threadUsage(this.#threadId)
  }

  /** Suspects whose polls are in flight, or were when it ended. */
  get suspectsInFlight(): ReadonlySet<ResourceId> {
    return this.#suspectsInFlight
  }

  /** Resolves when the thread accepts Resources. */
  get started(): Promise<void> {
    return this.#started.promise
  }

  /** Resolves when it has ended and `onEnd` is done. */
  get ended(): Promise<void> {
    return this.#ended
  }

  /** Binds it to the task that its thread runs as long as it lives. `onEnd` is called when the task ends. */
  attach(task: Promise<void>, onEnd: () => Promise<void>): void {
    const end = (reason: string) => {
      if (this.exitReason === '') this.exitReason = reason
      return onEnd()
    }
    this.#ended = task
      .then(
        () => end('its task ended'),
        (error: Error) => end(error.message),
      )
      .finally(() => {
        for (const resolve of this.#onStatusSwitched.splice(0)) resolve()
      })
  }

  post(message: PendingMessage, transfer: (ArrayBuffer | MessagePort)[] = []): void {
    this.#pending.postMessage(message, transfer)
  }

  /** Has it send States to a new port. `done` resolves when the Resources of all States that went to the old one are back. */
  switchStatusPort(): { readonly status: MessagePort; readonly done: Promise<void> } {
    const { port1, port2 } = new MessageChannel()
    const done = new Promise<void>((resolve) => this.#onStatusSwitched.push(resolve))
    this.post({ type: 'status', status: port2 }, [port2])
    return { status: port1, done }
  }

  /** Ends it at once. The Resources it has do not come back. */
  end(reason: string): Promise<void> {
    this.exitReason = reason
    this.abort.abort()
    return this.#ended
  }

  /** Takes in what it sent before it ended, then closes its channels. */
  async close(): Promise<void> {
    // A thread that hangs in a system call keeps its port open.
    if (this.#ready) await withTimeout(this.#drained, EXIT_TIMEOUT_MS)
    this.#pending.close()
    this.#complete.close()
  }

  #handle(message: CompleteMessage): void {
    this.watchdog.reset()
    switch (message.type) {
      case 'ready':
        this.#ready = true
        this.#threadId = message.threadId
        this.#started.resolve()
        break
      case 'resources':
        this.#returned(unpackPolled(message.batch))
        break
      case 'started':
        this.#suspectsInFlight.add(message.id)
        break
      case 'status':
        // Answers come in the order of the requests, also to a request that has timed out.
        this.#onStatusSwitched.shift()?.()
        break
      case 'heartbeat':
        this.found = message.found
        break
      case 'uplink':
        this.#events.uplink(this.launch.number, message.why)
        break
      case 'renew':
        this.#events.renew(message.client, message.refused)
        break
      case 'notices':
        this.#events.notices(message.lines)
        break
      default:
        message satisfies never
    }
  }

  #returned(resources: readonly PolledResource[]): void {
    if (this.#suspectsInFlight.size > 0) for (const { id } of resources) this.#suspectsInFlight.delete(id)
    this.#events.returned(resources, this.#onStatusSwitched.length === 0)
  }
}
