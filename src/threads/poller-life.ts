import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import type { PollOptions } from '../poll/options.ts'
import type { ProfileUpdate } from '../poll/profile.ts'
import type { Canary } from '../poll/uplink.ts'
import { unpackPolled } from '../resource/batch.ts'
import type { Polled, ResourceId } from '../resource/resource.ts'
import { within } from '../within.ts'
import { LIFE_MS } from './protocol.ts'
import type { CompleteMessage, PendingMessage, PollerLaunch } from './protocol.ts'
import { Silence } from './silence.ts'
import { threadUse } from './thread-use.ts'
import type { ThreadUse } from './thread-use.ts'

/** A thread that was ended is waited for this long before its Resources go on, in ms. */
export const GONE_MS = 1_000

/** What main hears of a poller that lives. */
export interface LifeEvents {
  /** Resources came back: they are main's. */
  returned(resources: readonly Polled[]): void
  /** Lines for standard error, each with its line break. */
  notices(lines: string): void
  /** Poller `number`, from 0, counts this machine's uplink as out, and why; null: not any more. */
  uplink(number: number, why: string | null): void
}

/**
 * One life of a poller, from its launch to its end. It has three channels of its own, which are closed with it: whatever a
 * poller that is believed dead might still send, it finds no receiver.
 */
export class PollerLife {
  /** What its thread is launched with: its ends of the channels are transferred. */
  readonly launch: PollerLaunch
  /** The monitor's end of `status`. */
  readonly status: MessagePort
  readonly abort = new AbortController()
  /** For how long it has said nothing. */
  readonly silence = new Silence(LIFE_MS)
  /** URLs that answered it last, the latest at the end. */
  answered: readonly Canary[] = []
  /** Why it ended; '' while it has not. */
  why = ''
  readonly #events: LifeEvents
  readonly #pending: MessagePort
  readonly #complete: MessagePort
  /** Settles when all that the thread has sent on `complete` is in. */
  readonly #drained: Promise<void>
  readonly #started = Promise.withResolvers<void>()
  /** Suspects whose polls are under way. Bounded by those that are lent: see Probation. */
  readonly #begun = new Set<ResourceId>()
  #thread: number | null = null
  #ready = false
  #ended: Promise<void> = Promise.resolve()
  /** Hear that States go to the new monitor: one for each time that this was asked, in order. Bounded by restarts of monitors. */
  readonly #redirected: (() => void)[] = []

  /** `number`, from 0. */
  constructor(number: number, options: PollOptions, profiles: readonly ProfileUpdate[], events: LifeEvents) {
    const pending = new MessageChannel()
    const complete = new MessageChannel()
    const status = new MessageChannel()
    this.launch = {
      number: number + 1,
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
    complete.port1.on('message', (message: CompleteMessage) => this.#hear(message))
  }

  /** Whether its thread takes Resources, or did. */
  get ready(): boolean {
    return this.#ready
  }

  /** What its thread does; null when that can't be known. */
  get use(): ThreadUse | null {
    return threadUse(this.#thread)
  }

  /** The suspects whose polls are under way, or were when it ended. */
  get begun(): ReadonlySet<ResourceId> {
    return this.#begun
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
  runs(task: Promise<void>, tell: () => Promise<void>): void {
    const end = (why: string) => {
      if (this.why === '') this.why = why
      return tell()
    }
    this.#ended = task
      .then(
        () => end('its task ended'),
        (error: Error) => end(error.message),
      )
      .finally(() => {
        for (const resolve of this.#redirected.splice(0)) resolve()
      })
  }

  post(message: PendingMessage, transfer: (ArrayBuffer | MessagePort)[] = []): void {
    this.#pending.postMessage(message, transfer)
  }

  /** Has it send its States another way: gives the far end, and when the Resources of those that went the old way are back. */
  redirect(): { readonly status: MessagePort; readonly done: Promise<void> } {
    const { port1, port2 } = new MessageChannel()
    const done = new Promise<void>((resolve) => this.#redirected.push(resolve))
    this.post({ type: 'status', status: port2 }, [port2])
    return { status: port1, done }
  }

  /** Ends it at once: what it has is lost with it. */
  end(why: string): Promise<void> {
    this.why = why
    this.abort.abort()
    return this.#ended
  }

  /** Takes in what it sent before it ended, which has arrived when its port closes, and nothing after. */
  async close(): Promise<void> {
    // A thread that hangs where it can't be ended keeps its port open.
    if (this.#ready) await within(this.#drained, GONE_MS)
    this.#pending.close()
    this.#complete.close()
  }

  #hear(message: CompleteMessage): void {
    this.silence.heard()
    switch (message.type) {
      case 'ready':
        this.#ready = true
        this.#thread = message.thread
        this.#started.resolve()
        break
      case 'resources':
        this.#returned(unpackPolled(message.batch))
        break
      case 'begun':
        this.#begun.add(message.id)
        break
      case 'status':
        // Answers come in the order of the questions, also one that was no longer waited for.
        this.#redirected.shift()?.()
        break
      case 'alive':
        this.answered = message.answered
        break
      case 'uplink':
        this.#events.uplink(this.launch.number - 1, message.why)
        break
      case 'notices':
        this.#events.notices(message.lines)
        break
      default:
        message satisfies never
    }
  }
  #returned(resources: readonly Polled[]): void {
    if (this.#begun.size > 0) for (const { id } of resources) this.#begun.delete(id)
    this.#events.returned(resources)
  }
}
