// Over 200 lines, since every call of the monitor's control face stands here.
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { monotonicMs } from '../runtime/clock.ts'
import type { MonitorOptions } from '../print/text/monitor-options.ts'
import type { ScreenSize } from '../runtime/screen.ts'
import type { MainStats } from '../print/text/summary.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import type { Counts } from '../state/state-map.ts'
import { withTimeout } from '../runtime/with-timeout.ts'
import { PendingCalls } from '../threads/pending-calls.ts'
import { connectApi, transfer } from '../threads/remote-api.ts'
import type { RemoteApi } from '../threads/remote-api.ts'
import { packUrls } from './pack-urls.ts'
import type { MonitorErrors, MonitorApi, MonitorLaunch, OutputFailure } from '../threads/protocol.ts'
import { Watchdog } from '../threads/watchdog.ts'
import { threadUsage } from '../runtime/thread-usage.ts'
import { workerUrl } from '../threads/worker-url.ts'
import type { PollerNumber } from '../resource/poller-number.ts'

/** Between two accounts of main's to the monitor, in ms. */
export const STATS_INTERVAL_MS = 1_000

/** A thread that takes longer than this to know the list never will, in ms. */
const START_TIMEOUT_MS = 30_000

/** A thread that has not ended this long after it was told to hangs where it can't be ended, in ms. */
const EXIT_TIMEOUT_MS = 1_000

/** Room for what the monitor has just made, in MB: nearly all of it is dead at once, and V8's own bound would be 96. */
const YOUNG_GENERATION_MB = 12

/** What main hears of its monitor. */
export interface MonitorThreadEvents {
  /** Standard output or the file of results failed, for the first time in this way. */
  outputFailed(failure: OutputFailure): void
  /** Lines for standard error about URLs that are down. */
  errors(lines: string): void
  /** The monitor's thread ended, which it should not. */
  lost(error: Error): void
}

/**
 * Main's side of one monitor thread. A comlink call to a thread that has ended never settles, so each one here is raced
 * with the thread's end and rejects then.
 */
export class MonitorThread {
  readonly #worker: Worker
  readonly #api: RemoteApi<MonitorApi>
  readonly #pendingCalls = new PendingCalls()
  #endRequested = false
  #unansweredStats = 0
  readonly #watchdog = new Watchdog(STATS_INTERVAL_MS)
  #threadId: number | null = null

  constructor(options: MonitorOptions, events: MonitorThreadEvents) {
    const { port1, port2 } = new MessageChannel()
    const launch: MonitorLaunch = { options, control: port2 }
    this.#worker = new Worker(workerUrl('monitor'), {
      workerData: launch,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    })
    this.#api = connectApi<MonitorApi>(port1)
    this.#worker.on('message', (lines: MonitorErrors) => events.errors(lines))
    let cause: unknown
    this.#worker.on('error', (error) => (cause = error))
    this.#worker.once('exit', () => {
      port1.close()
      const error = new Error(`The monitor ended${cause instanceof Error ? `: ${cause.message}` : ''}`, {
        cause,
      })
      this.#pendingCalls.rejectAll(error)
      if (!this.#endRequested) events.lost(error)
    })
    void this.#watchOutput(events)
  }

  /** For how long it has answered none of the accounts that it owes an answer to, in ms: see Watchdog. */
  silentMs(): number {
    if (this.#unansweredStats === 0) this.#watchdog.reset()
    return this.#watchdog.check(monotonicMs(), threadUsage(this.#threadId))
  }

  /**
   * Tells it of every URL of the list, and what is known of each, before all else. One that does not take it in is ended;
   * then it rejects.
   */
  async start(table: ResourceTable): Promise<void> {
    const known = this.#start(table)
    try {
      if (await withTimeout(known, START_TIMEOUT_MS)) return
    } catch (error) {
      await this.end('')
      throw error
    }
    known.catch(() => {}) // Said here.
    await this.end('')
    throw new Error('The monitor was not ready in time')
  }

  async #start(table: ResourceTable): Promise<void> {
    for (const urls of packUrls(table, table.listed())) await this.registerUrls(urls)
    this.#threadId = await this.#call(this.#api.threadId())
  }

  /** URLs of the list, and what is known of each, as `packUrls` packs them. */
  registerUrls(urls: ArrayBuffer): Promise<void> {
    return this.#call(this.#api.registerUrls(transfer(urls, [urls])))
  }

  /** URLs that have left the list, as `packIds` packs them. */
  unregisterUrls(ids: ArrayBuffer): Promise<void> {
    return this.#call(this.#api.unregisterUrls(transfer(ids, [ids])))
  }

  /** Has it listen to the States of poller `number`. */
  listen(number: PollerNumber, status: MessagePort): Promise<void> {
    return this.#call(this.#api.listen(number, transfer(status, [status])))
  }

  /** States that main has made. */
  addStates(states: ArrayBuffer): Promise<void> {
    return this.#call(this.#api.addStates(transfer(states, [states])))
  }

  /** Main's share of the summaries. */
  async updateStats(stats: MainStats): Promise<void> {
    this.#unansweredStats++
    await this.#call(this.#api.updateStats(stats))
    this.#unansweredStats--
    this.#watchdog.reset()
  }

  /** Prints the current state now. */
  print(): Promise<void> {
    return this.#call(this.#api.print())
  }

  /** Keys for the live view, as the terminal sent them. */
  keys(input: string): Promise<void> {
    return this.#call(this.#api.keys(input))
  }

  /** Leaves the terminal of the live view to others, or draws on it again; resolves when that is so. */
  setSuspended(suspended: boolean): Promise<void> {
    return this.#call(this.#api.setSuspended(suspended))
  }

  /**
   * Leaves the terminal of the live view to others. Waits up to `ms` without the event loop, which a process that ends runs
   * no more; says whether it was left by then.
   */
  suspendNow(ms: number): boolean {
    const { port1, port2 } = new MessageChannel()
    this.#call(this.#api.suspendAndReply(transfer(port2, [port2]))).catch(() => {}) // Its end is told elsewhere.
    const until = monotonicMs() + ms
    let left = false
    while (!left && monotonicMs() < until) left = receiveMessageOnPort(port1) !== undefined
    port1.close()
    return left
  }

  /** The terminal of the live view has this size. */
  resize(size: ScreenSize): Promise<void> {
    return this.#call(this.#api.resize(size))
  }

  /** Lines of standard error for the live view. */
  showNotices(lines: string): Promise<void> {
    return this.#call(this.#api.showNotices(lines))
  }

  /** Resolves when the person at the live view's keys asks for the end. */
  quitRequested(): Promise<'quit'> {
    return this.#call(this.#api.quitRequested())
  }

  /** Opens the file of results anew, after it was renamed. */
  reopen(): Promise<void> {
    return this.#call(this.#api.reopen())
  }

  /** How many URLs have which verdict. */
  snapshot(): Promise<Counts> {
    return this.#call(this.#api.snapshot())
  }

  /**
   * Prints the last state once all that the pollers have sent is in, then ends the thread. A standard output that takes
   * nothing is waited for at most `patienceMs`; null: for ever.
   */
  async stop(stats: MainStats, patienceMs: number | null): Promise<Counts> {
    const counts = await this.#call(this.#api.stop(stats, patienceMs))
    await this.end('')
    return counts
  }

  /** Ends the thread at once, also one that answers no more. Calls that are not answered yet reject with `why`. */
  async end(why: string): Promise<void> {
    this.#endRequested = true
    this.#pendingCalls.rejectAll(new Error(why))
    await withTimeout(this.#worker.terminate(), EXIT_TIMEOUT_MS)
  }

  async #watchOutput(events: MonitorThreadEvents): Promise<void> {
    for (;;) {
      try {
        events.outputFailed(await this.#call(this.#api.outputFailed()))
      } catch {
        return // The thread has ended, which `lost` tells.
      }
    }
  }

  #call<T>(call: Promise<T>): Promise<T> {
    return this.#pendingCalls.track(call)
  }
}
