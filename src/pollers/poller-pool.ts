import type { MessagePort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { monotonicMs } from '../runtime/clock.ts'
import type { PollOptions, ProfileUpdate } from '../settings/poll-options.ts'
import { selectCanaries } from '../poll/verdict/known-canaries.ts'
import type { ResourceBatch } from '../resource/resource-batch.ts'
import type { ResourceId } from '../resource/resource.ts'
import { withTimeout } from '../runtime/with-timeout.ts'
import { EXIT_TIMEOUT_MS, PollerThread } from './poller-thread.ts'
import type { PollerThreadEvents } from './poller-thread.ts'
import { HEARTBEAT_MS } from '../threads/protocol.ts'
import type { PollerLaunch } from '../threads/protocol.ts'
import { workerUrl } from '../threads/worker-url.ts'
import { pollerNumber } from '../resource/poller-number.ts'
import type { PollerNumber } from '../resource/poller-number.ts'

/** A thread that takes longer than this to say that it is ready never will, in ms. */
const START_TIMEOUT_MS = 30_000

/** When all ends, threads are waited for this long, in ms. */
const POOL_EXIT_TIMEOUT_MS = 100

/** Room for what a poller has just made, in MB: half of V8's own bound. With a quarter a poll costs 4 % more. */
const YOUNG_GENERATION_MB = 48

/** What main hears of its pollers. `poller` is an index, from 0. */
export interface PollerEvents extends PollerThreadEvents {
  /** A poller ended that should not have; what it had is not coming back. `suspectsInFlight`: suspects whose polls were under way. */
  lost(poller: number, why: string, suspectsInFlight: ReadonlySet<ResourceId>): void
}

/** How Resources are polled of which a list says more than the flags do. */
export interface PollerProfiles {
  /** The longest deadline of a poll, in ms. */
  readonly longestTimeoutMs: number
  /** What a poller that starts has to know. */
  all(): readonly ProfileUpdate[]
  /** What numbers have come to mean since this was asked last. */
  takeUpdates(): readonly ProfileUpdate[]
}

/**
 * Main's side of the pollers: a piscina pool in which each thread runs one task for as long as it lives. This is the only
 * door to piscina.
 */
export class PollerPool {
  readonly #pool: Piscina<PollerLaunch, void>
  readonly #events: PollerEvents
  readonly #options: PollOptions
  readonly #profiles: PollerProfiles
  readonly #threads: (PollerThread | null)[]
  readonly #heartbeatTimer: NodeJS.Timeout
  #stopping = false

  constructor(count: number, options: PollOptions, profiles: PollerProfiles, events: PollerEvents) {
    this.#events = events
    this.#options = options
    this.#profiles = profiles
    this.#threads = Array.from({ length: count }, () => null)
    this.#pool = new Piscina({
      filename: workerUrl('poller').href,
      minThreads: count,
      maxThreads: count,
      idleTimeout: Number.POSITIVE_INFINITY,
      // With the default, a thread whose task has ended sleeps in Atomics.wait, its timers and sockets with it.
      atomics: 'disabled',
      recordTiming: false,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    })
    // An error outside of any task; the task of a thread that dies rejects by itself.
    this.#pool.on('error', (error: Error) => events.notices(`A poller thread failed: ${error.message}\n`))
    // A thread that dies at its start leaves its task in the queue for ever, and piscina starts no other.
    this.#pool.on('workerDestroy', () => setImmediate(() => this.#endThreadless()))
    this.#heartbeatTimer = setInterval(() => {
      this.#endStalled(longestSilenceMs(profiles.longestTimeoutMs))
      this.#shareCanaries()
    }, HEARTBEAT_MS)
  }

  /** Whether `stop` was called. */
  get stopping(): boolean {
    return this.#stopping
  }

  /** Starts the poller with this index, from 0, and resolves when it is ready, with the monitor's end of its `status`. */
  async launch(index: number): Promise<MessagePort> {
    const thread = new PollerThread(index, this.#options, this.#profiles.all(), this.#events)
    const { pending, complete, status } = thread.launch
    // piscina takes its list's type from the wrong overload of postMessage.
    const transferList = [pending, complete, status] satisfies MessagePort[] as never
    // With a signal piscina gives the task a thread of its own and ends that when it is aborted.
    const task = this.#pool.run(thread.launch, { transferList, signal: thread.abort.signal })
    thread.attach(task, () => this.#ended(index, thread))
    this.#threads[index] = thread
    if (!(await withTimeout(Promise.race([thread.started, thread.ended]), START_TIMEOUT_MS)))
      await thread.end('it was not ready in time')
    if (thread.ready) return thread.status
    thread.status.close()
    throw new Error(`poller ${pollerNumber(index)} could not be started (${thread.exitReason})`)
  }

  /** Sends Resources to a poller: the batch is empty after, and its buffer is no longer ours. */
  send(poller: number, batch: ResourceBatch): void {
    this.#postProfileUpdates()
    const { suspects } = batch
    const buffer = batch.take()
    this.#threads[poller]?.post({ type: 'resources', batch: buffer, suspects }, [buffer])
  }

  /**
   * Ends all pollers when what they are polling is done; what they have comes back first. One that does not answer is ended
   * after `patienceMs`.
   */
  async stop(patienceMs: number): Promise<void> {
    this.#stopping = true
    for (const thread of this.#threads) thread?.post({ type: 'stop' })
    clearInterval(this.#heartbeatTimer)
    await withTimeout(
      Promise.all(this.#threads.map((thread) => thread?.ended ?? Promise.resolve())),
      patienceMs,
    )
    await withTimeout(this.#pool.destroy(), POOL_EXIT_TIMEOUT_MS)
  }

  /**
   * Has all that run send their States another way: gives the far ends, for a new monitor. When it resolves, the Resources
   * of all States that went the old way are back.
   */
  async switchStatusPorts(): Promise<[poller: PollerNumber, status: MessagePort][]> {
    const ways = this.#threads.flatMap((thread, poller) =>
      thread?.ready === true ? [{ thread, poller, ...thread.switchStatusPort() }] : [],
    )
    // One that does not answer is soon found silent.
    await withTimeout(Promise.all(ways.map(({ done }) => done)), EXIT_TIMEOUT_MS)
    return ways
      .filter(({ thread, poller }) => this.#threads[poller] === thread)
      .map(({ poller, status }) => [pollerNumber(poller), status])
  }

  /** Ends a poller at once: what it has is lost with it. */
  async kill(index: number, why: string): Promise<void> {
    await this.#threads[index]?.end(why)
  }

  /** To all, since any of them may get the next Resource with such a number; to one that starts, after what it is launched with. */
  #postProfileUpdates(): void {
    const profiles = this.#profiles.takeUpdates()
    if (profiles.length === 0) return
    for (const thread of this.#threads) thread?.post({ type: 'profiles', profiles })
  }

  /** Not one to which the machine gave no time. */
  #endStalled(longestMs: number): void {
    const now = monotonicMs()
    for (const thread of this.#threads) {
      // Looks are not quite a second apart, and CPU time is counted in ticks.
      if (thread?.ready !== true || thread.watchdog.check(now, thread.usage) < longestMs - HEARTBEAT_MS / 2)
        continue
      void thread.end(`nothing was heard of it for ${longestMs / 1000} s`)
    }
  }

  /** A poller has some origins alone, perhaps one: what the others hear tells it whether anything gets through. */
  #shareCanaries(): void {
    const canaries = selectCanaries(this.#threads.map((thread) => thread?.answered ?? []))
    if (canaries.length === 0) return
    for (const thread of this.#threads) thread?.post({ type: 'canaries', canaries })
  }

  /** Ends launches for which there is no thread. */
  #endThreadless(): void {
    if (this.#stopping) return
    const threads = this.#threads.filter((thread) => thread?.exitReason === '') as PollerThread[]
    const missing = threads.length - this.#pool.threads.length
    const starting = threads.filter(({ ready }) => !ready)
    for (const thread of starting.slice(0, Math.max(0, missing)))
      void thread.end('its thread ended at the start')
  }

  async #ended(index: number, thread: PollerThread): Promise<void> {
    await thread.close()
    this.#threads[index] = null
    if (thread.ready && !this.#stopping) this.#events.lost(index, thread.exitReason, thread.suspectsInFlight)
  }
}

/** A poller is ended that was silent for two deadlines, in whole looks. */
function longestSilenceMs(timeoutMs: number): number {
  return Math.ceil(Math.min(30_000, Math.max(4_000, 2 * timeoutMs)) / HEARTBEAT_MS) * HEARTBEAT_MS
}
