import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import type { PollOptions } from '../poll/options.ts'
import { unpackPolled } from '../resource/batch.ts'
import type { ResourceBatch } from '../resource/batch.ts'
import type { Polled } from '../resource/resource.ts'
import { within } from '../within.ts'
import { LIFE_MS } from './protocol.ts'
import type { CompleteMessage, PendingMessage, PollerLaunch } from './protocol.ts'
import { workerUrl } from './worker-url.ts'

/** A thread that takes longer than this to say that it is ready never will, in ms. */
const START_MS = 30_000

/** A thread that was ended is waited for this long before its Resources go on, in ms. */
const GONE_MS = 1_000

/** The same when all ends. */
const END_MS = 200

/** What main hears of its pollers. Pollers are numbered from 0. */
export interface PollerEvents {
  /** Resources came back: they are main's. */
  returned(resources: readonly Polled[]): void
  /** Lines for standard error, each with its line break. */
  notices(lines: string): void
  /** A poller ended that should not have; what it had is not coming back. */
  lost(poller: number, why: string): void
}

/** One life of a poller. */
interface Launched {
  readonly pending: MessagePort
  readonly complete: MessagePort
  /** Settles when all that the thread has sent on `complete` is in. */
  readonly drained: Promise<void>
  readonly ended: Promise<void>
  readonly abort: AbortController
  ready: boolean
  /** Hears that States go to the new monitor. */
  redirected: (() => void) | null
  /** How often main has looked since it last heard of it. */
  silent: number
  /** Why it ended; '' while it has not. */
  why: string
}

/**
 * Main's side of the pollers: a piscina pool in which each thread runs one task for as long as it lives. Each launch has
 * three channels of its own, which are closed with it: whatever a poller that is believed dead might still send, it finds
 * no receiver. This is the only door to piscina.
 */
export class Pollers {
  readonly #pool: Piscina<PollerLaunch, void>
  readonly #events: PollerEvents
  readonly #options: PollOptions
  readonly #launched: (Launched | null)[]
  readonly #watch: NodeJS.Timeout
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
    // A thread that dies at its start leaves its task in the queue for ever, and piscina starts no other.
    this.#pool.on('workerDestroy', () => setImmediate(() => this.#endThreadless()))
    const most = silentLooks(options.timeoutMs)
    this.#watch = setInterval(() => this.#endSilent(most), LIFE_MS)
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
      launched.silent = 0
      switch (message.type) {
        case 'ready':
          launched.ready = true
          ready.resolve()
          break
        case 'resources':
          this.#events.returned(unpackPolled(message.batch))
          break
        case 'status':
          launched.redirected?.()
          break
        case 'alive':
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
    const abort = new AbortController()
    // With a signal piscina gives the task a thread of its own and ends that when it is aborted.
    const task = this.#pool.run(launch, { transferList, signal: abort.signal })
    const ended = task.then(
      () => this.#ended(number, launched, 'its task ended'),
      (error: Error) => this.#ended(number, launched, error.message),
    )
    const launched: Launched = {
      pending: pending.port1,
      complete: complete.port1,
      drained: new Promise<void>((resolve) => complete.port1.once('close', resolve)),
      ended,
      abort,
      ready: false,
      redirected: null,
      silent: 0,
      why: '',
    }
    this.#launched[number] = launched
    if (!(await within(Promise.race([ready.promise, ended]), START_MS)))
      await this.#end(launched, 'it was not ready in time')
    if (launched.ready) return status.port1
    status.port1.close()
    throw new Error(`poller ${number + 1} could not be started (${launched.why})`)
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
    clearInterval(this.#watch)
    await within(
      Promise.all(this.#launched.map((launched) => launched?.ended ?? Promise.resolve())),
      patienceMs,
    )
    await within(this.#pool.destroy(), END_MS)
  }

  /**
   * Has all that run send their States another way: gives the far ends, for a new monitor. When it resolves, the Resources
   * of all States that went the old way are back.
   */
  async redirect(): Promise<[poller: number, status: MessagePort][]> {
    const channels = this.#launched.flatMap((launched, poller) => {
      if (launched?.ready !== true) return []
      const { port1, port2 } = new MessageChannel()
      const redirected = new Promise<void>((resolve) => (launched.redirected = resolve))
      launched.pending.postMessage({ type: 'status', status: port2 } satisfies PendingMessage, [port2])
      return { launched, poller, port1, done: Promise.race([redirected, launched.ended]) }
    })
    // One that does not answer is soon found silent.
    await within(Promise.all(channels.map(({ done }) => done)), GONE_MS)
    return channels
      .filter(({ launched, poller }) => this.#launched[poller] === launched)
      .map(({ poller, port1 }) => [poller, port1])
  }

  /** Ends a poller at once: what it has is lost with it. */
  async kill(number: number, why: string): Promise<void> {
    const launched = this.#launched[number]
    if (launched != null) await this.#end(launched, why)
  }

  #end(launched: Launched, why: string): Promise<void> {
    launched.why = why
    launched.abort.abort()
    return launched.ended
  }

  /** Counted in looks, not in time: when the whole process stood still, nobody was silent. */
  #endSilent(most: number): void {
    for (const launched of this.#launched) {
      if (launched?.ready !== true || ++launched.silent <= most) continue
      void this.#end(launched, `nothing was heard of it for ${(most * LIFE_MS) / 1000} s`)
    }
  }

  /** Ends launches for which there is no thread. */
  #endThreadless(): void {
    if (this.#stopping) return
    const launches = this.#launched.filter((launched) => launched?.why === '') as Launched[]
    const missing = launches.length - this.#pool.threads.length
    const starting = launches.filter(({ ready }) => !ready)
    for (const launched of starting.slice(0, Math.max(0, missing)))
      void this.#end(launched, 'its thread ended at the start')
  }

  #post(poller: number, message: PendingMessage, ...transfer: ArrayBuffer[]): void {
    this.#launched[poller]?.pending.postMessage(message, transfer)
  }

  /** What it sent before it ended has arrived when its port closes. */
  async #ended(number: number, launched: Launched, why: string): Promise<void> {
    if (launched.why === '') launched.why = why
    // A thread that hangs where it can't be ended keeps its port open.
    if (launched.ready) await within(launched.drained, GONE_MS)
    launched.pending.close()
    launched.complete.close()
    this.#launched[number] = null
    if (launched.ready && !this.#stopping) this.#events.lost(number, launched.why)
  }
}

/** A poller is ended that was silent for two deadlines, but not one that the machine just gave no time to. */
function silentLooks(timeoutMs: number): number {
  return Math.ceil(Math.min(30_000, Math.max(4_000, 2 * timeoutMs)) / LIFE_MS)
}
