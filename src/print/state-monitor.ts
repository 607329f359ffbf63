import { residentBytes } from '../runtime/resident-bytes.ts'
import { Unpacker } from '../resource/packer.ts'
import type { ResourceId } from '../resource/resource.ts'
import type { PollerBounds } from '../state/usage.ts'
import { unpackStates } from '../state/state-batch.ts'
import type { SentState } from '../state/state-batch.ts'
import { RecentPolls } from '../state/recent-polls.ts'
import { Settling } from '../state/settling.ts'
import { StateMap } from '../state/state-map.ts'
import { takeZones } from '../state/take-zones.ts'
import { unpackUrls } from '../state/url-batch.ts'
import type { Counts } from '../state/latest-state.ts'
import { threadCpuMs } from '../runtime/cpu.ts'
import type { ErrorLog } from './text/error-log.ts'
import { formatNamed } from './text/formats.ts'
import type { MonitorOptions } from './text/monitor-options.ts'
import { PollWindow } from './text/poll-window.ts'
import type { PollFigures } from './text/poll-window.ts'
import type { Printer, Sink } from './text/printer.ts'
import { NO_MAIN_STATS } from './text/summary.ts'
import type { Bounds, MainStats, Summary } from './text/summary.ts'
import type { LiveData } from './table/live-stats.ts'
import { PollerTotals } from './poller-totals.ts'
import type { PollerNumber } from '../resource/poller-number.ts'

/**
 * The codewalk's StateMonitor: keeps the latest State of every URL and prints them. It knows nothing of threads. `now`: the
 * monotonic clock, in ms.
 */
export class StateMonitor {
  readonly #sinks: readonly Sink[]
  readonly #printers: readonly Printer[]
  readonly #now: () => number
  readonly #map: StateMap
  /** Null until a URL has settling rules. */
  #settling: Settling | null = null
  readonly #window: PollWindow
  readonly #pollers: PollerTotals
  readonly #errorLog: ErrorLog
  readonly #outputUsage: () => Pick<Bounds, 'output' | 'file'>
  #mainStats = NO_MAIN_STATS
  #lastPrint: Promise<void> = Promise.resolve()
  #isPrinting = false

  constructor(
    options: MonitorOptions,
    to: {
      sinks: readonly Sink[]
      printers: readonly Printer[]
      errorLog: ErrorLog
      outputUsage: () => Pick<Bounds, 'output' | 'file'>
    },
    now: () => number,
  ) {
    this.#sinks = to.sinks
    this.#outputUsage = to.outputUsage
    this.#printers = to.printers
    this.#errorLog = to.errorLog
    const formats = [options.format, ...options.outputs.map(({ format }) => format)]
    this.#map = new StateMap(formats.some((name) => formatNamed(name).recentPolls) ? new RecentPolls() : null)
    this.#now = now
    this.#window = new PollWindow(now(), options.resumeFrom?.startedAt, options.resumeFrom?.polls)
    this.#pollers = new PollerTotals(options.pollers)
  }

  /** How many URLs have each verdict. */
  get counts(): Counts {
    return { ...this.#map.counts }
  }

  /** What is known of parents; null: no URL has settling rules. */
  get settling(): Settling | null {
    return this.#settling
  }

  /** What the live table shows besides States. */
  get liveData(): LiveData {
    return { map: this.#map, mainStats: this.#mainStats, pollersCpuMs: this.#pollers.cpuMs }
  }

  /** The state of the whole list, with these figures. */
  summaryOf(figures: PollFigures): Summary {
    return {
      at: Date.now(),
      urls: this.#map.size,
      counts: this.counts,
      polls: this.#window.polls,
      failures: this.#errorLog.failures,
      dropped: this.#sinks.reduce((dropped, out) => dropped + out.dropped, 0),
      ...figures,
      mainStats: this.#mainStats,
      bounds: this.#bounds(),
      rssBytes: residentBytes(),
      monitorCpuMs: threadCpuMs(),
      pollersCpuMs: [...this.#pollers.cpuMs],
    }
  }

  /** Adds URLs, packed by `packUrls`. */
  addUrls(urls: ArrayBuffer): void {
    unpackUrls(urls, (registered) => {
      const isNew = this.#map.add(registered.id, registered.url, registered)
      if (registered.settling !== null) this.#settling ??= new Settling((id) => this.#map.verdict(id))
      this.#settling?.register(registered, isNew)
      const { id, verdict, settings, place, earlier } = registered
      if (isNew && verdict !== 'pending')
        for (const printer of this.#printers) printer.restored?.(id, verdict, earlier?.since ?? 0)
      if (place !== null) for (const printer of this.#printers) printer.place?.(id, place)
      if (settings !== null) for (const printer of this.#printers) printer.settings?.(id, settings)
    })
  }

  /** Removes URLs that have left their list, packed by `packIds`. */
  removeUrls(ids: ArrayBuffer): void {
    const from = new Unpacker(ids)
    while (from.hasMore) {
      const id = from.u32() as ResourceId
      const url = this.#map.has(id) ? this.#map.url(id) : ''
      if (!this.#map.remove(id, from.u16())) continue
      this.#settling?.removed(id)
      for (const printer of this.#printers) printer.forget?.(id, url)
    }
  }

  /** Adds States, packed by a StateBatch. */
  receiveStates(states: ArrayBuffer): void {
    unpackStates(states, (state) => this.#set(state))
    if (this.#settling !== null)
      for (const [id, why] of this.#settling.takeAffected()) this.#loseVerdict(id, why)
    this.#errorLog.flush()
  }

  /** Takes what zones of a cluster say, packed by a ZoneBatch. `names`: those that live. */
  receiveZones(names: readonly string[], batch: ArrayBuffer): void {
    for (const [id, verdict] of takeZones(this.#map, names, batch))
      for (const printer of this.#printers) printer.restored?.(id, verdict, 0)
  }

  /** Sets the CPU time of a poller since its start, in ms, and how full it is. */
  updatePollerStats(poller: PollerNumber, cpuMs: number, bounds: PollerBounds): void {
    this.#pollers.set(poller, cpuMs, bounds)
  }

  /** Sets the part of the summary that main knows. */
  updateMainStats(mainStats: MainStats): void {
    this.#mainStats = mainStats
    this.#errorLog.flush()
  }

  /** Prints the current state after the one that is being printed. States can arrive while a long one is printed. */
  print(): Promise<void> {
    if (!this.#isPrinting) {
      this.#isPrinting = true
      this.#lastPrint = this.#lastPrint.then(() => this.#print())
    }
    return this.#lastPrint
  }

  /** Prints the last state in full, and the summary of the whole run. */
  async finish(): Promise<void> {
    await this.#lastPrint
    this.#isPrinting = true // For good: nothing is printed after this.
    this.#errorLog.flush(true)
    const last = this.#summary(true)
    // Side by side: the reader of one may be slow.
    await Promise.all(this.#printers.map((printer) => printer.finish(last, this.#map)))
  }

  #set(sent: SentState): void {
    const state = this.#settling === null ? sent : this.#settling.apply(sent)
    this.#window.record(state.lateMs, state.durationMs)
    const changed = this.#map.set(state)
    if (changed === null) return
    this.#errorLog.record(state, changed, () => this.#map.url(state.id))
    for (const printer of this.#printers) printer.state?.(state, changed, this.#map)
  }

  #loseVerdict(id: ResourceId, why: string): void {
    const at = Date.now()
    if (this.#map.loseVerdict(id, 'parent', why, at))
      for (const printer of this.#printers) printer.verdictLost?.(id, at, this.#map)
  }

  async #print(): Promise<void> {
    const summary = this.#summary(false)
    for (const printer of this.#printers) await printer.print?.(summary, this.#map)
    this.#isPrinting = false
  }

  #bounds(): Bounds {
    const { polls, names, sessions, connections } = this.#pollers.bounds
    const { maxLent, owners } = this.#mainStats
    const lent = { used: owners.pollers.reduce((sum, count) => sum + count, 0), most: maxLent }
    return { polls, lent, names, sessions, connections, ...this.#outputUsage() }
  }

  #summary(overWholeRun: boolean): Summary {
    return this.summaryOf(this.#window.take(this.#now(), overWholeRun))
  }
}
