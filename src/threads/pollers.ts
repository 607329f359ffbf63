import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import type { PollOptions } from '../poll/options.ts'
import { unpackPolled } from '../resource/batch.ts'
import type { ResourceBatch } from '../resource/batch.ts'
import type { Polled } from '../resource/resource.ts'
import { within } from '../within.ts'
import type { CompleteMessage, PendingMessage, PollerLaunch } from './protocol.ts'
import { workerUrl } from './worker-url.ts'

/** A thread that takes longer than this to say that it is ready never will, in ms. */
const START_MS = 30_000

/** What main hears of its pollers. Pollers are numbered from 0. */
export interface PollerEvents {
  /** Resources came back: they are main's. */
  returned(resources: readonly Polled[]): void
  /** Lines for standard error, each with its line break. */
  notices(lines: string): void
  /** A poller ended that should not have; what it had is not coming back. */
  lost(poller: number, why: string): void
}

interface Launched {
  readonly pending: MessagePort
  /** Settles when all that the thread has sent on `complete` is in. */
  readonly drained: Promise<void>
  readonly ended: Promise<void>
  ready: boolean
}

/**
 * Main's side of the pollers: a piscina pool in which each thread runs one task for as long as it lives, with three
 * channels of its own. This is the only door to piscina.
 */
export class Pollers {
  readonly #pool: Piscina<PollerLaunch, void>
  readonly #events: PollerEvents
  readonly #options: PollOptions
  readonly #launched: (Launched | null)[]
  #stopping = false

  constructor(count: number, options: PollOptions, events: PollerEvents) {
    this.#events = events
    this.#options = options
    this.#launched = Array.from({ length: count }, () => null)
    this.#pool = new Piscina({
      filename: workerUrl('poller').href,
      minThreads: count,
      maxThreads: count,
      idleTimeout: Number.POSITIVE_INFINITY,
      // With the default, a thread whose task has ended sleeps in Atomics.wait, its timers and sockets with it.
      atomics: 'disabled',
      recordTiming: false,
    })
    // An error outside of any task; the task of a thread that dies rejects by itself.
    this.#pool.on('error', (error: Error) => events.notices(`A poller thread failed: ${error.message}\n`))
  }

  /** Whether `stop` was called. */
  get stopping(): boolean {
    return this.#stopping
  }

  /** Starts poller `number` and resolves when it is ready, with the monitor's end of its `status`. */
  async launch(number: number): Promise<MessagePort> {
    const pending = new MessageChannel()
    const complete = new MessageChannel()
    const status = new MessageChannel()
    const launch: PollerLaunch = {
      number: number + 1,
      options: this.#options,
      pending: pending.port2,
      complete: complete.port2,
      status: status.port2,
    }
    const ready = Promise.withResolvers<void>()
    complete.port1.on('message', (message: CompleteMessage) => {
      switch (message.type) {
        case 'ready':
          launched.ready = true
          ready.resolve()
          break
        case 'resources':
          this.#events.returned(unpackPolled(message.batch))
          break
        case 'notices':
          this.#events.notices(message.lines)
          break
        default:
          message satisfies never
      }
    })
    // piscina takes its list's type from the wrong overload of postMessage.
    const transferList = [launch.pending, launch.complete, launch.status] satisfies MessagePort[] as never
    const task = this.#pool.run(launch, { transferList })
    const ended = task.then(
      () => this.#ended(number, 'its task ended'),
      (error: Error) => this.#ended(number, error.message),
    )
    const drained = new Promise<void>((resolve) => complete.port1.once('close', resolve))
    const launched: Launched = { pending: pending.port1, drained, ended, ready: false }
    this.#launched[number] = launched
    if (!(await within(Promise.race([ready.promise, ended]), START_MS)) || !launched.ready) {
      throw new Error(`poller ${number + 1} could not be started`)
    }
    return status.port1
  }

  /** Sends Resources to a poller: the batch is empty after, and its buffer is no longer ours. */
  send(poller: number, batch: ResourceBatch): void {
    const buffer = batch.take()
    this.#post(poller, { type: 'resources', batch: buffer }, buffer)
  }

  /**
   * Ends all pollers when what they are polling is done; what they have comes back first. One that does not answer is ended
   * after `patienceMs`.
   */
  async stop(patienceMs: number): Promise<void> {
    this.#stopping = true
    for (const poller of this.#launched.keys()) this.#post(poller, { type: 'stop' })
    await within(
      Promise.all(this.#launched.map((launched) => launched?.ended ?? Promise.resolve())),
      patienceMs,
    )
    await this.#pool.destroy()
  }

  #post(poller: number, message: PendingMessage, ...transfer: ArrayBuffer[]): void {
    this.#launched[poller]?.pending.postMessage(message, transfer)
  }

  /** What it sent before it ended has arrived when its port closes. */
  async #ended(number: number, why: string): Promise<void> {
    const launched = this.#launched[number]
    if (launched == null) return
    await launched.drained
    launched.pending.close()
    this.#launched[number] = null
    if (launched.ready && !this.#stopping) this.#events.lost(number, why)
  }
}
