// Over 200 lines, since all that main asks of a monitor stands here once more: for the one that runs at that moment.
import type { MessagePort } from 'node:worker_threads'
import { monotonicMs } from '../runtime/clock.ts'
import type { MonitorOptions } from '../print/text/monitor-options.ts'
import type { MainStats } from '../print/text/summary.ts'
import type { ScreenSize } from '../runtime/screen.ts'
import type { ResourceId } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import type { Counts } from '../state/state-map.ts'
import { withTimeout } from '../runtime/with-timeout.ts'
import { STATS_INTERVAL_MS, MonitorThread } from './monitor-thread.ts'
import { packIds, packUrls } from './pack-urls.ts'
import type { OutputFailure } from '../threads/protocol.ts'
import { RestartBackoff } from '../threads/restart-backoff.ts'
import { restart } from '../threads/restart.ts'
import type { PollerNumber } from '../resource/poller-number.ts'

/** A monitor that has answered no account for this long has stalled, in ms. Time in which it got no CPU does not count. */
const MAX_SILENCE_MS = 2_000

/** What is known in main only. */
export interface MonitorSupervisorHooks {
  stats(): MainStats
  /** Polls that have come back. */
  polls(): number
  /** Has the pollers send their States another way; resolves when what went the old way is known here. */
  switchStatusPorts(): Promise<[poller: PollerNumber, status: MessagePort][]>
}

/** What main hears of its monitor. */
export interface MonitorSupervisorEvents {
  /** Standard output or the file of results failed, for the first time in this way. */
  outputFailed(failure: OutputFailure): void
  /** Lines for standard error about URLs that are down. */
  errors(lines: string): void
  /** The person at the live view's keys asks for the end. */
  quitRequested(): void
  /** It was lost; another takes its place. */
  lost(why: string): void
  /** No other could be started. */
  failed(error: Error): void
}

/**
 * The monitor as main sees it: one thread after another. One that ends or stalls is replaced by a new one, which is told
 * what main knows of each URL and hears from the pollers from then on. They poll on all the while.
 */
export class MonitorSupervisor {
  readonly #list: ResourceTable
  #options: Omit<MonitorOptions, 'resumeFrom'>
  readonly #events: MonitorSupervisorEvents
  readonly #backoff = new RestartBackoff(1)
  readonly #startedAt = monotonicMs()
  /** Ports of pollers to listen to, for a monitor that does not run yet. At most one a poller. */
  readonly #ports = new Map<PollerNumber, MessagePort>()
  readonly #restartEnabled = Promise.withResolvers<void>()
  #hooks: MonitorSupervisorHooks | null = null
  #statsTimer: NodeJS.Timeout | undefined
  /** Null while none runs. */
  #monitor: MonitorThread | null = null
  /** The one that may draw, though it does not know the list yet. */
  #latest: MonitorThread | null = null
  /** Changes of the list that came while none ran. Bounded by the changes of one list in that time. */
  #missedChanges: ((monitor: MonitorThread) => Promise<void>)[] = []
  #replacement: Promise<void> = Promise.resolve()
  #stopping = false

  constructor(
    list: ResourceTable,
    options: Omit<MonitorOptions, 'resumeFrom'>,
    events: MonitorSupervisorEvents,
  ) {
    this.#list = list
    this.#options = options
    this.#events = events
  }

  /** Starts one; rejects when it can't be. */
  async start(): Promise<void> {
    this.#missedChanges = []
    this.#monitor = await this.#launch()
    for (const change of this.#missedChanges) this.#call(change)
    this.#missedChanges = []
    this.#listenTo(this.#monitor)
    this.#backoff.started(0, monotonicMs())
  }

  /** From now on it is told, once a second, what only main knows, and replaced when it is lost. */
  enableRestart(hooks: MonitorSupervisorHooks): void {
    this.#hooks = hooks
    this.#statsTimer = setInterval(() => this.#checkSilence(), STATS_INTERVAL_MS)
    this.#updateStats()
    this.#restartEnabled.resolve()
  }

  /** Has it listen to the States of a poller. */
  listen(poller: PollerNumber, status: MessagePort): void {
    this.#ports.set(poller, status)
    if (this.#monitor !== null) this.#listenTo(this.#monitor)
  }

  /**
   * Tells of URLs that are new in the list, or of which it says other labels. Resolves when they are known, also where a
   * successor gets to know them: before it hears of any State.
   */
  async registerUrls(ids: readonly ResourceId[]): Promise<void> {
    for (const urls of packUrls(this.#list, ids))
      await this.#applyChange((monitor) => monitor.registerUrls(urls))
  }

  /** Tells of URLs that have left the list. Call it while they still have their rows. */
  unregisterUrls(ids: readonly ResourceId[]): void {
    const packed = packIds(this.#list, ids)
    void this.#applyChange((monitor) => monitor.unregisterUrls(packed))
  }

  /** States that main has made, as a StateBatch packs them. */
  addStates(states: ArrayBuffer): void {
    this.#call((monitor) => monitor.addStates(states))
  }

  /** Prints the current state now. */
  print(): void {
    this.#updateStats()
    this.#call((monitor) => monitor.print())
  }

  /** Keys for the live view, as the terminal sent them. */
  keys(input: string): void {
    this.#call((monitor) => monitor.keys(input))
  }

  /** The terminal of the live view has this size. */
  resize(size: ScreenSize): void {
    if (this.#options.screen !== null)
      this.#options = { ...this.#options, screen: { ...this.#options.screen, size } }
    this.#call((monitor) => monitor.resize(size))
  }

  /** Leaves the terminal of the live view to others, or draws on it again; resolves with whether that was done. */
  async setSuspended(suspended: boolean): Promise<boolean> {
    const monitor = this.#monitor
    if (monitor === null) return false
    return monitor.setSuspended(suspended).then(
      () => true,
      () => false, // Its end is told elsewhere.
    )
  }

  /** Leaves the terminal of the live view to others, within `ms` and without the event loop; says whether that is done. */
  suspendNow(ms: number): boolean {
    return this.#latest?.suspendNow(ms) ?? false
  }

  /** Lines of standard error for the live view. Those that come while there is none are not shown. */
  showNotices(lines: string): void {
    this.#call((monitor) => monitor.showNotices(lines))
  }

  /** Opens the file of results anew, after it was renamed. */
  reopen(): void {
    this.#call((monitor) => monitor.reopen())
  }

  /**
   * Prints the last state once all that the pollers have sent is in, then ends the thread. A standard output that takes
   * nothing is waited for `patienceMs`, and so is the thread; null: as long as it lives. Rejects when it could not be done.
   */
  async stop(patienceMs: number | null): Promise<Counts> {
    this.#stopping = true
    const counts = this.#stop(patienceMs)
    if (await withTimeout(counts, patienceMs)) return counts
    counts.catch(() => {}) // Said here.
    await this.#monitor?.end('')
    throw new Error('The monitor did not answer: the last state is missing')
  }

  async #stop(patienceMs: number | null): Promise<Counts> {
    await this.#replacement
    if (this.#monitor === null || this.#hooks === null) throw new Error('The monitor is lost')
    const flushMs = patienceMs === null ? null : patienceMs / 2
    const counts = await this.#monitor.stop(this.#hooks.stats(), flushMs)
    clearInterval(this.#statsTimer)
    return counts
  }

  async #launch(): Promise<MonitorThread> {
    const resumeFrom =
      this.#hooks === null ? null : { startedAt: this.#startedAt, polls: this.#hooks.polls() }
    const monitor = new MonitorThread(
      { ...this.#options, resumeFrom },
      {
        outputFailed: (failure) => this.#events.outputFailed(failure),
        errors: (lines) => this.#events.errors(lines),
        lost: (error) => this.#lost(monitor, error.message),
      },
    )
    this.#latest = monitor
    if (this.#options.screen !== null)
      ignoreEnd(monitor.quitRequested().then(() => this.#events.quitRequested()))
    await monitor.start(this.#list)
    return monitor
  }

  #lost(monitor: MonitorThread, why: string): void {
    if (monitor !== this.#monitor) return
    this.#monitor = null
    const ended = monitor.end(why)
    if (this.#stopping) return
    this.#events.lost(why)
    this.#replacement = ended.then(() => this.#replace())
  }

  async #replace(): Promise<void> {
    await this.#restartEnabled.promise
    try {
      await restart(this.#backoff, 0, async () => {
        // First the States take their new way, then the list is told: so no State falls between the two.
        for (const [poller, status] of (await this.#hooks?.switchStatusPorts()) ?? [])
          this.#ports.set(poller, status)
        await this.start()
        this.#updateStats()
      })
    } catch (error) {
      this.#events.failed(new Error('No monitor can be started', { cause: error }))
    }
  }

  /** Not waited for: where it is lost meanwhile, its successor gets new ports of all. */
  #listenTo(monitor: MonitorThread): void {
    for (const [poller, status] of this.#ports) ignoreEnd(monitor.listen(poller, status))
    this.#ports.clear()
  }

  #checkSilence(): void {
    // Looks are not quite a second apart, and CPU time is counted in ticks.
    if (this.#monitor !== null && this.#monitor.silentMs() > MAX_SILENCE_MS - STATS_INTERVAL_MS / 2)
      this.#lost(this.#monitor, `The monitor did not answer for ${MAX_SILENCE_MS / 1000} s`)
    this.#updateStats()
  }

  #updateStats(): void {
    const hooks = this.#hooks
    if (hooks !== null) this.#call((monitor) => monitor.updateStats(hooks.stats()))
  }

  /** A change of the list: while none runs, the next one may have been told of it as it was before. */
  async #applyChange(change: (monitor: MonitorThread) => Promise<void>): Promise<void> {
    if (this.#monitor === null) this.#missedChanges.push(change)
    else await change(this.#monitor).catch(() => {}) // Its end is told elsewhere, and its successor of the list.
  }

  /** Calls the one that runs; while none does, nobody. */
  #call(method: (monitor: MonitorThread) => Promise<void>): void {
    if (this.#monitor !== null) ignoreEnd(method(this.#monitor))
  }
}

/** Its end is told elsewhere, once. */
function ignoreEnd(call: Promise<void>): void {
  call.catch(() => {})
}
