// Over 200 lines, since all that main asks of a monitor stands here once more: for the one that runs at that moment.
import type { MessagePort } from 'node:worker_threads'
import { monotonicMs } from '../clock.ts'
import type { MonitorOptions } from '../print/options.ts'
import type { MainStats } from '../print/summary.ts'
import type { Size } from '../print/table/view.ts'
import type { ResourceId } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/table.ts'
import type { Counts } from '../state/map.ts'
import { within } from '../within.ts'
import { ACCOUNT_MS, Monitor } from './monitor.ts'
import { packIds, packUrls } from './pack-urls.ts'
import type { OutputFailure } from './protocol.ts'
import { Relaunches } from './relaunch.ts'
import { restart } from './restart.ts'

/** A monitor that has answered no account for this long has stalled, in ms. Time in which it got no CPU does not count. */
const MAX_SILENCE_MS = 2_000

/** What is known in main only. */
export interface MainShare {
  ledger(): MainStats
  /** Polls that have come back. */
  polls(): number
  /** Has the pollers send their States another way; resolves when what went the old way is known here. */
  redirect(): Promise<[poller: number, status: MessagePort][]>
}

/** What main hears of its monitor. */
export interface KeptMonitorEvents {
  /** Standard output or the file of results failed, for the first time in this way. */
  outputFailed(failure: OutputFailure): void
  /** Lines for standard error about URLs that are down. */
  errors(lines: string): void
  /** The person at the live view's keys asks for the end. */
  asked(): void
  /** It was lost; another takes its place. */
  lost(why: string): void
  /** No other could be started. */
  failed(error: Error): void
}

/**
 * The monitor as main sees it: one thread after another. One that ends or stalls is replaced by a new one, which is told
 * what main knows of each URL and hears from the pollers from then on. They poll on all the while.
 */
export class KeptMonitor {
  readonly #list: ResourceTable
  #options: Omit<MonitorOptions, 'resumeFrom'>
  readonly #events: KeptMonitorEvents
  readonly #relaunches = new Relaunches(1)
  readonly #startedAt = monotonicMs()
  /** Ports of pollers to listen to, for a monitor that does not run yet. At most one a poller. */
  readonly #ports = new Map<number, MessagePort>()
  readonly #kept = Promise.withResolvers<void>()
  #share: MainShare | null = null
  #accounts: NodeJS.Timeout | undefined
  /** Null while none runs. */
  #monitor: Monitor | null = null
  /** The one that may draw, though it does not know the list yet. */
  #newest: Monitor | null = null
  /** Changes of the list that came while none ran. Bounded by the changes of one list in that time. */
  #missed: ((monitor: Monitor) => Promise<void>)[] = []
  #replaced: Promise<void> = Promise.resolve()
  #stopping = false

  constructor(list: ResourceTable, options: Omit<MonitorOptions, 'resumeFrom'>, events: KeptMonitorEvents) {
    this.#list = list
    this.#options = options
    this.#events = events
  }

  /** Starts one; rejects when it can't be. */
  async start(): Promise<void> {
    this.#missed = []
    this.#monitor = await this.#launch()
    for (const change of this.#missed) this.#tell(change)
    this.#missed = []
    this.#listenTo(this.#monitor)
    this.#relaunches.launched(0, monotonicMs())
  }

  /** From now on it is told, once a second, what only main knows, and replaced when it is lost. */
  keep(share: MainShare): void {
    this.#share = share
    this.#accounts = setInterval(() => this.#look(), ACCOUNT_MS)
    this.#account()
    this.#kept.resolve()
  }

  /** Has it listen to the States of a poller, from 0. */
  listen(poller: number, status: MessagePort): void {
    this.#ports.set(poller, status)
    if (this.#monitor !== null) this.#listenTo(this.#monitor)
  }

  /**
   * Tells of URLs that are new in the list, or of which it says other labels. Resolves when they are known, also where a
   * successor gets to know them: before it hears of any State.
   */
  async know(ids: readonly ResourceId[]): Promise<void> {
    for (const urls of packUrls(this.#list, ids)) await this.#change((monitor) => monitor.know(urls))
  }

  /** Tells of URLs that have left the list. Call it while they still have their rows. */
  forget(ids: readonly ResourceId[]): void {
    const packed = packIds(this.#list, ids)
    void this.#change((monitor) => monitor.forget(packed))
  }

  /** States that main has made, as a StateBatch packs them. */
  take(states: ArrayBuffer): void {
    this.#tell((monitor) => monitor.take(states))
  }

  /** Prints the current state now. */
  print(): void {
    this.#account()
    this.#tell((monitor) => monitor.print())
  }

  /** Keys for the live view, as the terminal sent them. */
  keys(input: string): void {
    this.#tell((monitor) => monitor.keys(input))
  }

  /** The terminal of the live view has this size. */
  resize(size: Size): void {
    if (this.#options.screen !== null)
      this.#options = { ...this.#options, screen: { ...this.#options.screen, size } }
    this.#tell((monitor) => monitor.resize(size))
  }

  /** Leaves the terminal of the live view to others, or draws on it again; resolves with whether that was done. */
  async lend(lent: boolean): Promise<boolean> {
    const monitor = this.#monitor
    if (monitor === null) return false
    return monitor.lend(lent).then(
      () => true,
      () => false, // Its end is told elsewhere.
    )
  }

  /** Leaves the terminal of the live view to others, within `ms` and without the event loop; says whether that is done. */
  leaveNow(ms: number): boolean {
    return this.#newest?.leaveNow(ms) ?? false
  }

  /** Lines of standard error for the live view. Those that come while there is none are not shown. */
  say(lines: string): void {
    this.#tell((monitor) => monitor.say(lines))
  }

  /** Opens the file of results anew, after it was renamed. */
  reopen(): void {
    this.#tell((monitor) => monitor.reopen())
  }

  /**
   * Prints the last state once all that the pollers have sent is in, then ends the thread. A standard output that takes
   * nothing is waited for `patienceMs`, and so is the thread; null: as long as it lives. Rejects when it could not be done.
   */
  async stop(patienceMs: number | null): Promise<Counts> {
    this.#stopping = true
    const counts = this.#stop(patienceMs)
    if (await within(counts, patienceMs)) return counts
    counts.catch(() => {}) // Said here.
    await this.#monitor?.end('')
    throw new Error('The monitor did not answer: the last state is missing')
  }

  async #stop(patienceMs: number | null): Promise<Counts> {
    await this.#replaced
    if (this.#monitor === null || this.#share === null) throw new Error('The monitor is lost')
    const flushMs = patienceMs === null ? null : patienceMs / 2
    const counts = await this.#monitor.stop(this.#share.ledger(), flushMs)
    clearInterval(this.#accounts)
    return counts
  }

  async #launch(): Promise<Monitor> {
    const resumeFrom =
      this.#share === null ? null : { startedAt: this.#startedAt, polls: this.#share.polls() }
    const monitor = new Monitor(
      { ...this.#options, resumeFrom },
      {
        outputFailed: (failure) => this.#events.outputFailed(failure),
        errors: (lines) => this.#events.errors(lines),
        lost: (error) => this.#lost(monitor, error.message),
      },
    )
    this.#newest = monitor
    if (this.#options.screen !== null) ignoreEnd(monitor.asked().then(() => this.#events.asked()))
    await monitor.start(this.#list)
    return monitor
  }

  #lost(monitor: Monitor, why: string): void {
    if (monitor !== this.#monitor) return
    this.#monitor = null
    const ended = monitor.end(why)
    if (this.#stopping) return
    this.#events.lost(why)
    this.#replaced = ended.then(() => this.#replace())
  }

  async #replace(): Promise<void> {
    await this.#kept.promise
    try {
      await restart(this.#relaunches, 0, async () => {
        // First the States take their new way, then the list is told: so no State falls between the two.
        for (const [poller, status] of (await this.#share?.redirect()) ?? []) this.#ports.set(poller, status)
        await this.start()
        this.#account()
      })
    } catch (error) {
      this.#events.failed(new Error('No monitor can be started', { cause: error }))
    }
  }

  /** Not waited for: where it is lost meanwhile, its successor gets new ports of all. */
  #listenTo(monitor: Monitor): void {
    for (const [poller, status] of this.#ports) ignoreEnd(monitor.listen(poller, status))
    this.#ports.clear()
  }

  #look(): void {
    // Looks are not quite a second apart, and CPU time is counted in ticks.
    if (this.#monitor !== null && this.#monitor.silentMs() > MAX_SILENCE_MS - ACCOUNT_MS / 2)
      this.#lost(this.#monitor, `The monitor did not answer for ${MAX_SILENCE_MS / 1000} s`)
    this.#account()
  }

  #account(): void {
    const share = this.#share
    if (share !== null) this.#tell((monitor) => monitor.account(share.ledger()))
  }

  /** A change of the list: while none runs, the next one may have been told of it as it was before. */
  async #change(change: (monitor: Monitor) => Promise<void>): Promise<void> {
    if (this.#monitor === null) this.#missed.push(change)
    else await change(this.#monitor).catch(() => {}) // Its end is told elsewhere, and its successor of the list.
  }

  /** Calls the one that runs; while none does, nobody. */
  #tell(call: (monitor: Monitor) => Promise<void>): void {
    if (this.#monitor !== null) ignoreEnd(call(this.#monitor))
  }
}

/** Its end is told elsewhere, once. */
function ignoreEnd(call: Promise<void>): void {
  call.catch(() => {})
}
