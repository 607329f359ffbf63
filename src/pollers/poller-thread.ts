import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import type { PollOptions, ProfileUpdate } from '../settings/poll-options.ts'
import type { Canary } from '../poll/verdict/known-canaries.ts'
import { unpackPolled } from '../resource/resource-batch.ts'
import type { PolledResource, ResourceId } from '../resource/resource.ts'
import { withTimeout } from '../runtime/with-timeout.ts'
import { HEARTBEAT_MS } from '../threads/protocol.ts'
import type { CompleteMessage, PendingMessage, PollerLaunch } from '../threads/protocol.ts'
import { Watchdog } from '../threads/watchdog.ts'
import { threadUsage } from '../runtime/thread-usage.ts'
import type { ThreadUsage } from '../runtime/thread-usage.ts'
import { pollerNumber } from '../resource/poller-number.ts'
import type { PollerNumber } from '../resource/poller-number.ts'

/** A thread that was ended is waited for this long before its Resources go on, in ms. */
export const EXIT_TIMEOUT_MS = 1_000

/** What main hears of a poller that lives. */
export interface PollerThreadEvents {
  /** Resources came back: they are main's. */
  returned(resources: readonly PolledResource[]): void
  /** Lines for standard error, each with its line break. */
  notices(lines: string): void
  /** Poller `number` counts this machine's uplink as out, and why; null: not any more. */
  uplink(number: PollerNumber, why: string | null): void
}

/**
 * The thread of a poller, from its launch to its end. It has three channels of its own, which are closed with it: whatever a
 * poller that is believed dead might still send, it finds no receiver.
 */
export class PollerThread {
  /** What its thread is launched with: its ends of the channels are transferred. */
  readonly launch: PollerLaunch
  /** The monitor's end of `status`. */
  readonly status: MessagePort
  readonly abort = new AbortController()
  /** For how long it has said nothing. */
  readonly watchdog = new Watchdog(HEARTBEAT_MS)
  /** URLs that answered it last, the latest at the end. */
  answered: readonly Canary[] = []
  /** Why it ended; '' while it has not. */
  exitReason = ''
  readonly #events: PollerThreadEvents
  readonly #pending: MessagePort
  readonly #complete: MessagePort
  /** Settles when all that the thread has sent on `complete` is in. */
  readonly #drained: Promise<void>
  readonly #started = Promise.withResolvers<void>()
  /** Suspects whose polls are under way. Bounded by those that are lent: see Probation. */
  readonly #suspectsInFlight = new Set<ResourceId>()
  #threadId: number | null = null
  #ready = false
  #ended: Promise<void> = Promise.resolve()
  /** Hear that States go to the new monitor: one for each time that this was asked, in order. Bounded by restarts of monitors. */
  readonly #onStatusSwitched: (() => void)[] = []

  /** `index`: from 0. */
  constructor(
    index: number,
    options: PollOptions,
    profiles: readonly ProfileUpdate[],
    events: PollerThreadEvents,
  ) {
    const pending = new MessageChannel()
    const complete = new MessageChannel()
    const status = new MessageChannel()
    this.launch = {
      number: pollerNumber(index),
      options,
      profiles,
      pending: pending.port2,
      complete: complete.port2,
      status: status.port2,
    }
    this.status = status.port1
    this.#events = events
    this.#pending = pending.port1
    this.#complete = complete.port1
    this.#drained = new Promise((resolve) => complete.port1.once('close', resolve))
    complete.port1.on('message', (message: CompleteMessage) => this.#handleMessage(message))
  }

  /** Whether its thread takes Resources, or did. */
  get ready(): boolean {
    return this.#ready
  }

  /** What its thread does; null when that can't be known. */
  get usage(): ThreadUsage | null {
    return threadUsage(this.#threadId)
  }

  /** The suspects whose polls are under way, or were when it ended. */
  get suspectsInFlight(): ReadonlySet<ResourceId> {
    return this.#suspectsInFlight
  }

  /** Resolves when its thread takes Resources. */
  get started(): Promise<void> {
    return this.#started.promise
  }

  /** Resolves when it has ended and main was told. */
  get ended(): Promise<void> {
    return this.#ended
  }

  /** Its thread runs `task` for as long as it lives; `tell` is called at the end of it. */
  attach(task: Promise<void>, onEnd: () => Promise<void>): void {
    const end = (why: string) => {
      if (this.exitReason === '') this.exitReason = why
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

  /** Has it send its States another way: gives the far end, and when the Resources of those that went the old way are back. */
  switchStatusPort(): { readonly status: MessagePort; readonly done: Promise<void> } {
    const { port1, port2 } = new MessageChannel()
    const done = new Promise<void>((resolve) => this.#onStatusSwitched.push(resolve))
    this.post({ type: 'status', status: port2 }, [port2])
    return { status: port1, done }
  }

  /** Ends it at once: what it has is lost with it. */
  end(why: string): Promise<void> {
    this.exitReason = why
    this.abort.abort()
    return this.#ended
  }

  /** Takes in what it sent before it ended, which has arrived when its port closes, and nothing after. */
  async close(): Promise<void> {
    // A thread that hangs where it can't be ended keeps its port open.
    if (this.#ready) await withTimeout(this.#drained, EXIT_TIMEOUT_MS)
    this.#pending.close()
    this.#complete.close()
  }

  #handleMessage(message: CompleteMessage): void {
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
      case 'begun':
        this.#suspectsInFlight.add(message.id)
        break
      case 'status':
        // Answers come in the order of the questions, also one that was no longer waited for.
        this.#onStatusSwitched.shift()?.()
        break
      case 'heartbeat':
        this.answered = message.answered
        break
      case 'uplink':
        this.#events.uplink(this.launch.number, message.why)
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
    this.#events.returned(resources)
  }
}
