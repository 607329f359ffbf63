import type { MessagePort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { selectCanaries } from '../../resource/canary.ts'
import type { PollerNumber } from '../../resource/poller-number.ts'
import type { ResourceBatch } from '../../resource/resource-batch.ts'
import type { ResourceId } from '../../resource/resource.ts'
import { monotonicMs } from '../../runtime/clock.ts'
import { withTimeout } from '../../runtime/with-timeout.ts'
import type { PollOptions } from '../../settings/poll-options.ts'
import type { FileChange, RequestFile } from '../../settings/request-files.ts'
import { HEARTBEAT_MS } from '../../threads/protocol.ts'
import type { ProbePending } from '../../threads/probe-protocol.ts'
import type { PollerLaunch } from '../../threads/protocol.ts'
import { workerUrl } from '../../threads/worker-url.ts'
import { maxSilenceMs } from './max-silence.ts'
import { EXIT_TIMEOUT_MS, PollerThread } from './poller-thread.ts'
import type { PollerThreadEvents } from './poller-thread.ts'
import type { PollerProfiles } from './poller-profiles.ts'

/** A thread that is not ready after this long has failed to start, in ms. */
const START_TIMEOUT_MS = 30_000

/** How long to wait for threads at the end of the run, in ms. */
const POOL_EXIT_TIMEOUT_MS = 100

/** V8's young generation in a poller, in MB: half of V8's own limit. With a quarter of it a poll costs 4 % more. */
const YOUNG_GENERATION_MB = 48

/** What the pool reports to main. */
export interface PollerEvents extends PollerThreadEvents {
  /** A poller ended unexpectedly. The Resources it had do not come back; `suspectsInFlight` are suspects whose polls were in flight. */
  lost(poller: PollerNumber, reason: string, suspectsInFlight: ReadonlySet<ResourceId>): void
}

/** The poller threads: a piscina pool in which each thread runs one task as long as it lives. The only file that imports piscina. */
export class PollerPool {
  readonly #pool: Piscina<PollerLaunch, void>
  readonly #events: PollerEvents
  readonly #options: PollOptions
  readonly #profiles: PollerProfiles
  /** Contents by path. Bounded by RequestFiles. */
  readonly #files = new Map<string, RequestFile>()
  readonly #threads = new Map<PollerNumber, PollerThread>()
  readonly #heartbeatTimer: NodeJS.Timeout
  #leaseUntil = Number.POSITIVE_INFINITY
  #stopping = false

  constructor(count: number, options: PollOptions, profiles: PollerProfiles, events: PollerEvents) {
    this.#events = events
    this.#options = options
    this.#profiles = profiles
    this.#pool = new Piscina({
      filename: workerUrl('poller').href,
      minThreads: count,
      maxThreads: count,
      idleTimeout: Number.POSITIVE_INFINITY,
      atomics: 'disabled', // Else a thread without a task sleeps in Atomics.wait, and its timers and sockets with it.
      recordTiming: false,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    })
    // An error outside of a task. When a thread dies, its task rejects.
    this.#pool.on('error', (error: Error) => events.notices(`A poller thread failed: ${error.message}\n`))
    // When a thread dies while it starts, piscina keeps its task in the queue and starts no other thread.
    this.#pool.on('workerDestroy', () => setImmediate(() => this.#endThreadless()))
    this.#heartbeatTimer = setInterval(() => {
      this.#endStalled(maxSilenceMs(profiles.longestTimeoutMs))
      this.#shareReachable()
    }, HEARTBEAT_MS)
  }

  /** Whether `stop` was called. */
  get stopping(): boolean {
    return this.#stopping
  }

  /** Starts a poller. Resolves with the monitor's end of its `status` when it accepts Resources; rejects when it can't be started. */
  async launch(poller: PollerNumber): Promise<MessagePort> {
    const thread = new PollerThread(
      poller,
      this.#options,
      this.#profiles.all(),
      [...this.#files.values()],
      this.#events,
    )
    const { pending, complete, status } = thread.launch
    // piscina declares the list with the type of another overload of postMessage.
    const transferList = [pending, complete, status] satisfies MessagePort[] as never
    // A task with a signal has a thread of its own, which piscina ends when the signal is aborted.
    const task = this.#pool.run(thread.launch, { transferList, signal: thread.abort.signal })
    thread.attach(task, () => this.#ended(poller, thread))
    this.#threads.set(poller, thread)
    thread.post({ type: 'lease', until: this.#leaseUntil, revoked: [] })
    if (!(await withTimeout(Promise.race([thread.started, thread.ended]), START_TIMEOUT_MS)))
      await thread.end(`it was not ready in ${START_TIMEOUT_MS / 1000} s; is the machine too busy?`)
    if (thread.ready) return thread.status
    thread.status.close()
    throw new Error(`poller ${poller} could not be started (${thread.exitReason})`)
  }

  /** Gives all pollers the contents of files, those that start later too. */
  setFiles(files: readonly FileChange[]): void {
    for (const file of files)
      if (file[1] === null) this.#files.delete(file[0])
      else this.#files.set(file[0], file)
    for (const thread of this.#threads.values()) thread.post({ type: 'files', files })
  }

  /** Has all pollers start polls only until `until`, those that start later too, and none of `revoked`. */
  setLease(until: number, revoked: readonly ResourceId[]): void {
    this.#leaseUntil = until
    for (const thread of this.#threads.values()) thread.post({ type: 'lease', until, revoked })
  }

  /** Sends Resources to a poller. The batch is empty after that, and its buffer is transferred. */
  send(poller: PollerNumber, batch: ResourceBatch): void {
    this.#postProfileUpdates()
    const { suspects } = batch
    const buffer = batch.take()
    this.#threads.get(poller)?.post({ type: 'resources', batch: buffer, suspects }, [buffer])
  }

  /** Sends a message about probes to a poller. False: there is no such poller at present. */
  post(poller: PollerNumber, message: ProbePending, transfer: MessagePort[] = []): boolean {
    const thread = this.#threads.get(poller)
    if (thread?.ready !== true) return false
    thread.post(message, transfer)
    return true
  }

  /**
   * Ends all pollers when their polls in flight are done and their Resources are back. Pollers that have not ended after
   * `patienceMs` are terminated.
   */
  async stop(patienceMs: number): Promise<void> {
    this.#stopping = true
    const threads = [...this.#threads.values()]
    for (const thread of threads) thread.post({ type: 'stop' })
    clearInterval(this.#heartbeatTimer)
    await withTimeout(Promise.all(threads.map(({ ended }) => ended)), patienceMs)
    await withTimeout(this.#pool.destroy(), POOL_EXIT_TIMEOUT_MS)
  }

  /** Has all pollers send States to new ports. Resolves with the monitor's ends when the Resources of all States on the old ones are back. */
  async switchStatusPorts(): Promise<[poller: PollerNumber, status: MessagePort][]> {
    const threads = [...this.#threads]
      .filter(([, thread]) => thread.ready)
      .map(([poller, thread]) => ({ poller, thread, switched: thread.switchStatusPort() }))
    // A poller that does not answer will be found stalled.
    await withTimeout(Promise.all(threads.map(({ switched }) => switched.done)), EXIT_TIMEOUT_MS)
    return threads
      .filter(({ poller, thread }) => this.#threads.get(poller) === thread)
      .map(({ poller, switched }) => [poller, switched.status])
  }

  /** Ends a poller at once. The Resources it has do not come back. */
  async kill(poller: PollerNumber, reason: string): Promise<void> {
    await this.#threads.get(poller)?.end(reason)
  }

  /** All pollers get them, since each may get the next Resource with such a profile. */
  #postProfileUpdates(): void {
    const profiles = this.#profiles.takeUpdates()
    if (profiles.length === 0) return
    for (const thread of this.#threads.values()) thread.post({ type: 'profiles', profiles })
  }

  #endStalled(maxMs: number): void {
    const now = monotonicMs()
    for (const thread of this.#threads.values()) {
      // Checks are not exactly a second apart, and CPU time is counted in ticks.
      if (!thread.ready || thread.watchdog.check(now, thread.usage) < maxMs - HEARTBEAT_MS / 2) continue
      void thread.end(`nothing was heard of it for ${maxMs / 1000} s`)
    }
  }

  /** A poller polls only some origins, perhaps one: what answered the others shows it whether the uplink and proxies work. */
  #shareReachable(): void {
    const threads = [...this.#threads.values()]
    const canaries = selectCanaries(threads.map(({ found }) => found.canaries))
    const proxies = [...new Set(threads.flatMap(({ found }) => found.proxies))]
    if (canaries.length === 0 && proxies.length === 0) return
    for (const thread of threads) thread.post({ type: 'reachable', found: { canaries, proxies } })
  }

  /** Ends launches that wait for a thread that piscina does not start. */
  #endThreadless(): void {
    if (this.#stopping) return
    const threads = [...this.#threads.values()].filter(({ exitReason }) => exitReason === '')
    const missing = threads.length - this.#pool.threads.length
    const starting = threads.filter(({ ready }) => !ready)
    for (const thread of starting.slice(0, Math.max(0, missing)))
      void thread.end('its thread ended at the start')
  }

  async #ended(poller: PollerNumber, thread: PollerThread): Promise<void> {
    await thread.close()
    this.#threads.delete(poller)
    if (thread.ready && !this.#stopping) this.#events.lost(poller, thread.exitReason, thread.suspectsInFlight)
  }
}
