import type { MessagePort } from 'node:worker_threads'
import type { InputFile } from '../print/text/input-files.ts'
import type { MainStats } from '../print/text/summary.ts'
import type { PollerNumber } from '../resource/poller-number.ts'
import type { ScreenSize } from '../runtime/screen.ts'
import type { Counts } from '../state/latest-state.ts'
import type { PollerBounds } from '../state/usage.ts'
import type { MonitorMessage, MonitorReply, StatusMessage } from './protocol.ts'

/** When the terminal accepts nothing for this long, in ms, it is given up as it is. */
const SUSPEND_TIMEOUT_MS = 1_000

/** A StateMonitor, as messages use it. */
export interface MonitorTarget {
  readonly counts: Counts
  addUrls(urls: ArrayBuffer): void
  removeUrls(ids: ArrayBuffer): void
  receiveStates(batch: ArrayBuffer): void
  receiveZones(names: readonly string[], batch: ArrayBuffer): void
  updateMainStats(stats: MainStats): void
  updatePollerStats(poller: PollerNumber, cpuMs: number, bounds: PollerBounds): void
  print(): Promise<void>
  finish(): Promise<void>
}

interface Flushable {
  flush(stalledMs: number | null): Promise<boolean>
  limit(stalledMs: number): void
}

/** What messages to the monitor act on. */
export interface MonitorParts {
  readonly monitor: MonitorTarget
  /** The States of pollers. */
  readonly ports: { listen(poller: PollerNumber, port: MessagePort): void; drained(): Promise<void> }
  readonly output: Flushable
  /** The files of results. */
  readonly files: readonly (Flushable & { reopen(inputs: readonly InputFile[]): void })[]
  /** The live view; null without one. */
  readonly table: {
    keys(input: string): void
    resize(size: ScreenSize): void
    suspend(suspended: boolean): void
    addErrors(lines: string): void
  } | null
  /** What the monitor has read goes there; null without history. */
  readonly feed: { setPort(port: MessagePort): void } | null
  /** What the monitor shows goes there; null without alerts. */
  readonly alerts: { setPort(port: MessagePort): void } | null
  /** The questions of a web thread; null without one. */
  readonly questions: { listen(port: MessagePort): void } | null
  /** Time between printed states, in ms; null to print only at the end. */
  readonly statusIntervalMs: number | null
}

/** The monitor's end of the control port: does what each message says. */
export class MonitorHandler {
  readonly #parts: MonitorParts
  #printTimer: NodeJS.Timeout | undefined

  constructor(parts: MonitorParts) {
    this.#parts = parts
  }

  /** Resolves with the reply when it is done. */
  async handle(message: MonitorMessage): Promise<MonitorReply<MonitorMessage['type']>> {
    const { monitor, ports, files, table } = this.#parts
    switch (message.type) {
      case 'register':
        return monitor.addUrls(message.urls)
      case 'unregister':
        return monitor.removeUrls(message.ids)
      case 'listen':
        return ports.listen(message.poller, message.status)
      case 'states':
        return monitor.receiveStates(message.batch)
      case 'stats':
        monitor.updateMainStats(message.stats)
        this.#startPrintTimer()
        return
      case 'print':
        monitor.updateMainStats(message.stats)
        void monitor.print()
        return
      case 'keys':
        return table?.keys(message.input)
      case 'resize':
        return table?.resize(message.size)
      case 'suspend':
        await this.#suspend(message.suspended)
        message.done?.postMessage(null)
        return
      case 'notices':
        return table?.addErrors(message.lines)
      case 'reopen':
        for (const file of files) file.reopen(message.inputs)
        return
      case 'recorder':
        return this.#parts.feed?.setPort(message.port)
      case 'alerter':
        return this.#parts.alerts?.setPort(message.port)
      case 'questions':
        return this.#parts.questions?.listen(message.port)
      case 'stop':
        return this.#stop(message.stats, message.patienceMs)
      case 'hurry':
        return this.#limit(message.patienceMs)
      default:
        return message satisfies never
    }
  }

  /** At the first stats, since a printed state shows them. */
  #startPrintTimer(): void {
    const { monitor, statusIntervalMs } = this.#parts
    if (statusIntervalMs !== null)
      this.#printTimer ??= setInterval(() => void monitor.print(), statusIntervalMs)
  }

  async #suspend(suspended: boolean): Promise<void> {
    this.#parts.table?.suspend(suspended)
    await this.#parts.output.flush(SUSPEND_TIMEOUT_MS)
  }

  async #stop(stats: MainStats, patienceMs: number | null): Promise<Counts> {
    const { monitor, ports } = this.#parts
    clearInterval(this.#printTimer)
    if (patienceMs !== null) this.#limit(patienceMs)
    await ports.drained()
    monitor.updateMainStats(stats)
    await monitor.finish()
    await Promise.all(this.#outputs.map((one) => one.flush(null)))
    return monitor.counts
  }

  #limit(patienceMs: number): void {
    for (const one of this.#outputs) one.limit(patienceMs)
  }

  get #outputs(): readonly Flushable[] {
    return [this.#parts.output, ...this.#parts.files]
  }
}

/** Hands the monitor a message of a poller. */
export function handleStatus(monitor: MonitorTarget, poller: PollerNumber, message: StatusMessage): void {
  switch (message.type) {
    case 'states':
      monitor.receiveStates(message.batch)
      break
    case 'zones':
      monitor.receiveZones(message.names, message.batch)
      break
    case 'cpu':
      monitor.updatePollerStats(poller, message.cpuMs, message.bounds)
      break
    default:
      message satisfies never
  }
}
