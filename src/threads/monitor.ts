// Over 200 lines, since every call of the monitor's control face stands here.
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { monotonicMs } from '../clock.ts'
import type { MonitorOptions } from '../print/options.ts'
import type { Size } from '../print/table/view.ts'
import type { MainStats } from '../print/summary.ts'
import type { ResourceTable } from '../resource/table.ts'
import type { Counts } from '../state/map.ts'
import { within } from '../within.ts'
import { End } from './end.ts'
import { callFace, transfer } from './endpoint.ts'
import type { Face } from './endpoint.ts'
import { packUrls } from './pack-urls.ts'
import type { MonitorErrors, MonitorFace, MonitorLaunch, OutputFailure } from './protocol.ts'
import { Silence } from './silence.ts'
import { threadUse } from './thread-use.ts'
import { workerUrl } from './worker-url.ts'

/** Between two accounts of main's to the monitor, in ms. */
export const ACCOUNT_MS = 1_000

/** A thread that takes longer than this to know the list never will, in ms. */
const START_MS = 30_000

/** A thread that has not ended this long after it was told to hangs where it can't be ended, in ms. */
const GONE_MS = 1_000

/** Room for what the monitor has just made, in MB: nearly all of it is dead at once, and V8's own bound would be 96. */
const YOUNG_MB = 12

/** What main hears of its monitor. */
export interface MonitorEvents {
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
export class Monitor {
  readonly #worker: Worker
  readonly #face: Face<MonitorFace>
  readonly #ended = new End()
  #told = false
  #unanswered = 0
  readonly #silence = new Silence(ACCOUNT_MS)
  #thread: number | null = null

  constructor(options: MonitorOptions, events: MonitorEvents) {
    const { port1, port2 } = new MessageChannel()
    const launch: MonitorLaunch = { options, control: port2 }
    this.#worker = new Worker(workerUrl('monitor'), {
      workerData: launch,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    })
    this.#face = callFace<MonitorFace>(port1)
    this.#worker.on('message', (lines: MonitorErrors) => events.errors(lines))
    let cause: unknown
    this.#worker.on('error', (error) => (cause = error))
    this.#worker.once('exit', () => {
      port1.close()
      const error = new Error(`The monitor ended${cause instanceof Error ? `: ${cause.message}` : ''}`, {
        cause,
      })
      this.#ended.reached(error)
      if (!this.#told) events.lost(error)
    })
    void this.#watchOutput(events)
  }

  /** For how long it has answered none of the accounts that it owes an answer to, in ms: see Silence. */
  silentMs(): number {
    if (this.#unanswered === 0) this.#silence.heard()
    return this.#silence.look(monotonicMs(), threadUse(this.#thread))
  }

  /**
   * Tells it of every URL of the list, and what is known of each, before all else. One that does not take it in is ended;
   * then it rejects.
   */
  async start(table: ResourceTable): Promise<void> {
    const known = this.#start(table)
    try {
      if (await within(known, START_MS)) return
    } catch (error) {
      await this.end('')
      throw error
    }
    known.catch(() => {}) // Said here.
    await this.end('')
    throw new Error('The monitor was not ready in time')
  }

  async #start(table: ResourceTable): Promise<void> {
    for (const urls of packUrls(table, table.listed())) await this.know(urls)
    this.#thread = await this.#call(this.#face.thread())
  }

  /** URLs of the list, and what is known of each, as `packUrls` packs them. */
  know(urls: ArrayBuffer): Promise<void> {
    return this.#call(this.#face.know(transfer(urls, [urls])))
  }

  /** URLs that have left the list, as `packIds` packs them. */
  forget(ids: ArrayBuffer): Promise<void> {
    return this.#call(this.#face.forget(transfer(ids, [ids])))
  }

  /** Has it listen to the States of poller `number`, from 0. */
  listen(number: number, status: MessagePort): Promise<void> {
    return this.#call(this.#face.listen(number + 1, transfer(status, [status])))
  }

  /** States that main has made. */
  take(states: ArrayBuffer): Promise<void> {
    return this.#call(this.#face.take(transfer(states, [states])))
  }

  /** Main's share of the summaries. */
  async account(ledger: MainStats): Promise<void> {
    this.#unanswered++
    await this.#call(this.#face.account(ledger))
    this.#unanswered--
    this.#silence.heard()
  }

  /** Prints the current state now. */
  print(): Promise<void> {
    return this.#call(this.#face.print())
  }

  /** Keys for the live view, as the terminal sent them. */
  keys(input: string): Promise<void> {
    return this.#call(this.#face.keys(input))
  }

  /** Leaves the terminal of the live view to others, or draws on it again; resolves when that is so. */
  lend(lent: boolean): Promise<void> {
    return this.#call(this.#face.lend(lent))
  }

  /**
   * Leaves the terminal of the live view to others. Waits up to `ms` without the event loop, which a process that ends runs
   * no more; says whether it was left by then.
   */
  leaveNow(ms: number): boolean {
    const { port1, port2 } = new MessageChannel()
    this.#call(this.#face.leave(transfer(port2, [port2]))).catch(() => {}) // Its end is told elsewhere.
    const until = monotonicMs() + ms
    let left = false
    while (!left && monotonicMs() < until) left = receiveMessageOnPort(port1) !== undefined
    port1.close()
    return left
  }

  /** The terminal of the live view has this size. */
  resize(size: Size): Promise<void> {
    return this.#call(this.#face.resize(size))
  }

  /** Lines of standard error for the live view. */
  say(lines: string): Promise<void> {
    return this.#call(this.#face.say(lines))
  }

  /** Resolves when the person at the live view's keys asks for the end. */
  asked(): Promise<'quit'> {
    return this.#call(this.#face.asked())
  }

  /** Opens the file of results anew, after it was renamed. */
  reopen(): Promise<void> {
    return this.#call(this.#face.reopen())
  }

  /** How many URLs have which verdict. */
  snapshot(): Promise<Counts> {
    return this.#call(this.#face.snapshot())
  }

  /**
   * Prints the last state once all that the pollers have sent is in, then ends the thread. A standard output that takes
   * nothing is waited for at most `patienceMs`; null: for ever.
   */
  async stop(ledger: MainStats, patienceMs: number | null): Promise<Counts> {
    const counts = await this.#call(this.#face.stop(ledger, patienceMs))
    await this.end('')
    return counts
  }

  /** Ends the thread at once, also one that answers no more. Calls that are not answered yet reject with `why`. */
  async end(why: string): Promise<void> {
    this.#told = true
    this.#ended.reached(new Error(why))
    await within(this.#worker.terminate(), GONE_MS)
  }

  async #watchOutput(events: MonitorEvents): Promise<void> {
    for (;;) {
      try {
        events.outputFailed(await this.#call(this.#face.outputFailed()))
      } catch {
        return // The thread has ended, which `lost` tells.
      }
    }
  }

  #call<T>(call: Promise<T>): Promise<T> {
    return this.#ended.race(call)
  }
}
