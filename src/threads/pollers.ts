import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import type { PollOptions } from '../poll/options.ts'
import { unpackResources } from '../resource/batch.ts'
import type { ResourceBatch } from '../resource/batch.ts'
import type { Resource } from '../resource/resource.ts'
import type { CompleteMessage, PendingMessage, PollerLaunch } from './protocol.ts'
import { workerUrl } from './worker-url.ts'

/** A thread that takes longer than this to say that it is ready never will, in ms. */
const START_MS = 30_000

/** What main hears of its pollers. Pollers are numbered from 0. */
export interface PollerEvents {
  /** Resources came back: they are main's. */
  returned(resources: readonly Resource[]): void
  /** One line for standard error. */
  notice(line: string): void
  /** A poller ended that should not have; what it had is not coming back. */
  lost(poller: number, why: string): void
}

interface Launched {
  readonly pending: MessagePort
  readonly complete: MessagePort
  readonly ended: Promise<void>
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
    this.#pool.on('error', (error: Error) => events.notice(`A poller thread failed: ${error.message}`))
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
          ready.resolve()
          break
        case 'resources':
          this.#events.returned(unpackResources(message.batch))
          break
        case 'notice':
          this.#events.notice(message.line)
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
    this.#launched[number] = { pending: pending.port1, complete: complete.port1, ended }
    await this.#inTime(ready.promise, ended, number)
    return status.port1
  }

  /** Sends Resources to a poller: the batch is empty after, and its buffer is no longer ours. */
  send(poller: number, batch: ResourceBatch): void {
    const buffer = batch.take()
    this.#post(poller, { type: 'resources', batch: buffer }, buffer)
  }

  /** Ends all pollers when what they are polling is done; what they have comes back first. */
  async stop(): Promise<void> {
    this.#stopping = true
    for (const poller of this.#launched.keys()) this.#post(poller, { type: 'stop' })
    await Promise.all(this.#launched.map((launched) => launched?.ended ?? Promise.resolve()))
    await this.#pool.destroy()
  }

  #post(poller: number, message: PendingMessage, ...transfer: ArrayBuffer[]): void {
    this.#launched[poller]?.pending.postMessage(message, transfer)
  }

  async #inTime(ready: Promise<void>, ended: Promise<void>, number: number): Promise<void> {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new Error('it did not start in time')), START_MS)
    try {
      await Promise.race([
        ready,
        late.promise,
        ended.then(() => {
          throw new Error('it ended while it started')
        }),
      ])
    } catch (cause) {
      throw new Error(`poller ${number + 1} could not be started`, { cause })
    } finally {
      clearTimeout(timer)
    }
  }

  /** What it sent before it ended has arrived when its port closes. */
  async #ended(number: number, why: string): Promise<void> {
    const launched = this.#launched[number]
    if (launched == null) return
    await closed(launched.complete)
    launched.pending.close()
    this.#launched[number] = null
    if (!this.#stopping) this.#events.lost(number, why)
  }
}

function closed(port: MessagePort): Promise<void> {
  return new Promise((resolve) => port.once('close', resolve))
}
