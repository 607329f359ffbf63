import { setImmediate } from 'node:timers/promises'
import { Unpacker } from '../resource/pack.ts'
import { VERDICTS } from '../resource/resource.ts'
import type { ResourceId } from '../resource/resource.ts'
import { unpackStates } from '../state/batch.ts'
import type { SentState } from '../state/batch.ts'
import { StateMap } from '../state/map.ts'
import type { Counts } from '../state/map.ts'
import { threadCpuMs } from '../cpu.ts'
import { Histogram } from './histogram.ts'
import { stateLine, summaryLine } from './json.ts'
import type { MonitorOptions } from './options.ts'
import type { Ledger, Summary } from './summary.ts'
import { stateHead, stateText, summaryText } from './text.ts'

/** Up to this many URLs, a printed state lists all of them; beyond, those that are not up. */
const LISTED = 50

/** Lines that are printed before States are taken in again. */
const LINES_A_SLICE = 1_000

/** Where results go. */
export interface Sink {
  write(text: string): void
  /** How many writes were dropped because nobody took them. */
  readonly dropped: number
}

/**
 * The codewalk's StateMonitor: keeps the latest State of every URL and prints them. No thread API in it; `now` is the
 * monotonic clock, in ms.
 */
export class StateMonitor {
  readonly #options: MonitorOptions
  readonly #out: Sink
  readonly #now: () => number
  readonly #map = new StateMap()
  readonly #lateness = new Histogram()
  readonly #duration = new Histogram()
  readonly #allLateness = new Histogram()
  readonly #allDuration = new Histogram()
  readonly #pollersCpuMs: number[]
  readonly #startedAt: number
  #ledger: Ledger
  #polls: number
  #lastPolls: number
  #lastSummaryAt: number
  #printing: Promise<void> = Promise.resolve()
  #listing = false

  constructor(options: MonitorOptions, out: Sink, now: () => number) {
    this.#options = options
    this.#out = out
    this.#now = now
    this.#startedAt = options.since?.startedAt ?? now()
    this.#polls = options.since?.polls ?? 0
    this.#lastPolls = this.#polls
    this.#lastSummaryAt = now()
    this.#pollersCpuMs = Array.from({ length: options.pollers }, () => 0)
    this.#ledger = { owners: { asleep: 0, due: 0, pollers: [] }, skipped: 0, cpuMs: 0 }
  }

  /** How many URLs have which verdict. */
  get counts(): Counts {
    return { ...this.#map.counts }
  }

  /** Learns of URLs as `packUrls` packs them. */
  know(urls: ArrayBuffer): void {
    const from = new Unpacker(urls)
    while (from.more) {
      const id = from.u32() as ResourceId
      this.#map.know(id, from.text(), VERDICTS[from.u8()], from.u32())
    }
  }

  /** Takes in States as a StateBatch packs them. */
  take(states: ArrayBuffer): void {
    unpackStates(states, (state) => this.#set(state))
  }

  /** Takes in the CPU time of poller `number`, from 1, since its start, in ms. */
  cpu(number: number, cpuMs: number): void {
    this.#pollersCpuMs[number - 1] = cpuMs
  }

  /** Takes in main's share of the summaries. */
  account(ledger: Ledger): void {
    this.#ledger = ledger
  }

  /** Prints the current state, once what is being printed is out. A long one leaves room for States to come in. */
  print(): Promise<void> {
    if (!this.#listing) {
      this.#listing = true
      this.#printing = this.#printing.then(() => this.#print(this.#summary(false), this.#options.changes))
    }
    return this.#printing
  }

  /** Prints the last state, whole, and the last summary, over the whole run. */
  async finish(): Promise<void> {
    await this.#printing
    this.#listing = true
    const last = this.#summary(true)
    await this.#print(last, false)
    if (this.#options.format === 'log') this.#out.write(summaryText(last))
  }

  #set(state: SentState): void {
    this.#polls++
    this.#lateness.record(state.lateMs)
    this.#duration.record(state.durationMs)
    const changed = this.#map.set(state)
    if (this.#options.format === 'json' && (changed || !this.#options.changes)) {
      this.#out.write(stateLine(this.#map.url(state.id), state))
    }
  }

  async #print(summary: Summary, changed: boolean): Promise<void> {
    switch (this.#options.format) {
      case 'quiet':
        break
      case 'json':
        this.#out.write(summaryLine(summary))
        break
      case 'log':
        this.#out.write(stateHead(summary))
        await this.#list(changed)
        break
      default:
        this.#options.format satisfies never
    }
    this.#listing = false
  }

  async #list(changed: boolean): Promise<void> {
    let lines: string[] = []
    for (const id of this.#map.worstFirst({ up: changed || this.#map.size <= LISTED, changed })) {
      lines.push(stateText(this.#map.get(id)))
      if (lines.length < LINES_A_SLICE) continue
      this.#out.write(lines.join(''))
      lines = []
      await setImmediate()
    }
    if (lines.length > 0) this.#out.write(lines.join(''))
  }

  #summary(whole: boolean): Summary {
    const now = this.#now()
    this.#allLateness.add(this.#lateness)
    this.#allDuration.add(this.#duration)
    const since = whole ? this.#startedAt : this.#lastSummaryAt
    const polls = whole ? this.#polls : this.#polls - this.#lastPolls
    const summary: Summary = {
      at: Date.now(),
      urls: this.#map.size,
      counts: this.counts,
      polls: this.#polls,
      pollsPerSecond: (polls * 1000) / Math.max(1, now - since),
      dropped: this.#out.dropped,
      lateness: (whole ? this.#allLateness : this.#lateness).percentiles(),
      duration: (whole ? this.#allDuration : this.#duration).percentiles(),
      ledger: this.#ledger,
      rssBytes: process.memoryUsage.rss(),
      monitorCpuMs: threadCpuMs(),
      pollersCpuMs: [...this.#pollersCpuMs],
    }
    this.#lateness.reset()
    this.#duration.reset()
    this.#lastSummaryAt = now
    this.#lastPolls = this.#polls
    return summary
  }
}
