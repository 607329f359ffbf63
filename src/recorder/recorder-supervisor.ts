import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { RefusedError } from '../runtime/refused-error.ts'
import { packUrls } from '../threads/pack-urls.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import { monotonicMs } from '../runtime/clock.ts'
import { withTimeout } from '../runtime/with-timeout.ts'
import type { RecorderOptions } from '../threads/recorder-protocol.ts'
import { RestartBackoff } from '../threads/restart-backoff.ts'
import { restartForever } from '../threads/restart.ts'
import { ThreadCheck } from '../threads/thread-check.ts'
import type { CheckTimes } from '../threads/thread-check.ts'
import type { EarlierStates } from './earlier-states.ts'
import { RecorderThread } from './recorder-thread.ts'

/** When the thread is asked whether it answers, and when it hangs, in ms. A slow disk is waited for. */
const CHECK: CheckTimes = { intervalMs: 1_000, silenceMs: 10_000 }

/** A death for the same reason is reported once in this time, in ms: a disk that is full may cause many. */
const REPORT_INTERVAL_MS = 60_000

/** When no thread could be started for a while, the next attempt comes after this time, in ms. */
const RETRY_MS = 30_000

/** What the recorder needs from main. */
export interface RecorderHooks {
  /** Has the monitor pass on what it receives to this port. Returns false if no monitor runs. */
  feed(port: MessagePort): boolean
  /** A recorder runs that can answer questions. */
  started(): void
  /** Writes lines to standard error. */
  log(lines: string): void
}

/** Keeps a recorder running: one that ends or hangs is replaced. Nothing else waits for it, except its first start. */
export class RecorderSupervisor {
  readonly #list: ResourceTable
  readonly #options: RecorderOptions
  readonly #hooks: RecorderHooks
  readonly #checkTimes: CheckTimes
  readonly #backoff = new RestartBackoff()
  /** The thread whose history is open. */
  #thread: RecorderThread | null = null
  #check: ThreadCheck | undefined
  /** It has got all URLs while no monitor ran, and no list has changed since. */
  #knowsUrls = false
  #stopping = false
  #reported = { reason: '', at: 0 }
  /** Monitor and recorder are connected one after the other. */
  #connected: Promise<void> = Promise.resolve()

  constructor(
    list: ResourceTable,
    options: RecorderOptions,
    hooks: RecorderHooks,
    checkTimes: CheckTimes = CHECK,
  ) {
    this.#list = list
    this.#options = options
    this.#hooks = hooks
    this.#checkTimes = checkTimes
  }

  /**
   * Starts the thread, and puts back what it knows of the URLs. Rejects with a RefusedError if the history can't be used. When it can't be
   * opened now, that is reported, and it is tried again while the run goes on.
   */
  async start(earlier: EarlierStates | null): Promise<void> {
    try {
      const thread = await this.#launch()
      if (earlier !== null) {
        await this.#register(thread, earlier)
        this.#knowsUrls = true
      }
      this.#use(thread)
    } catch (error) {
      if (error instanceof RefusedError) throw error
      this.#hooks.log(
        `${(error as Error).message}; it is tried again, and polls are not recorded meanwhile\n`,
      )
      void this.#replace()
    }
  }

  /** A monitor has started: what it receives is recorded from now on. */
  monitorStarted(): void {
    const thread = this.#thread
    if (thread !== null) this.#connected = this.#connected.then(() => this.#connect(thread))
  }

  /** Has the recorder answer questions on this port. While none runs, nobody does. */
  answer(questions: MessagePort): void {
    if (this.#thread === null) questions.close()
    else this.#thread.answer(questions)
  }

  /** Has all written that the monitor has passed on, and ends the thread. Reports if that takes longer than `patienceMs`. */
  async stop(patienceMs: number): Promise<void> {
    this.#stopping = true
    this.#check?.stop()
    const thread = this.#thread
    if (thread === null) return
    const until = monotonicMs() + patienceMs
    // A run may be so short that the recorder does not know its URLs yet.
    await withTimeout(this.#connected, patienceMs)
    const isWritten = await thread.stop(Math.max(0, until - monotonicMs()))
    if (!isWritten) this.#hooks.log('history: the last polls could not be written in time\n')
  }

  async #launch(): Promise<RecorderThread> {
    const thread = new RecorderThread(this.#options, {
      notice: (line) => this.#hooks.log(`${line}\n`),
      lost: (error) => this.#lost(thread, error.message),
    })
    await thread.start()
    return thread
  }

  /** Sends all URLs, and puts back what the thread knows of them, if that is wanted. */
  async #register(thread: RecorderThread, earlier: EarlierStates | null): Promise<void> {
    let isFirst = true
    for (const urls of packUrls(this.#list, this.#list.listed())) {
      const packed = await thread.register(urls, isFirst, earlier !== null)
      isFirst = false
      if (packed !== null) earlier?.restore(packed, Date.now(), monotonicMs())
    }
  }

  #use(thread: RecorderThread): void {
    this.#thread = thread
    this.#backoff.started(0, monotonicMs())
    this.monitorStarted()
    this.#hooks.started()
    this.#check = new ThreadCheck(thread, this.#checkTimes, (seconds) =>
      this.#lost(thread, `The recorder did not answer for ${seconds} s`),
    )
  }

  /**
   * The monitor gets its end first: what changes in the lists while the URLs are sent comes after them. One message after the other, so that
   * only one is in memory.
   */
  async #connect(thread: RecorderThread): Promise<void> {
    if (thread !== this.#thread) return
    const { port1, port2 } = new MessageChannel()
    if (!this.#hooks.feed(port1)) return port2.close()
    try {
      if (!this.#knowsUrls) await this.#register(thread, null)
      this.#knowsUrls = false
      await thread.setMonitor(port2)
    } catch {
      port2.close() // The loss of the thread is reported elsewhere.
    }
  }

  #lost(thread: RecorderThread, reason: string): void {
    if (thread !== this.#thread) return
    this.#thread = null
    this.#check?.stop()
    this.#knowsUrls = false
    const ended = thread.end()
    if (this.#stopping) return
    const what = this.#options.file === null ? ', and the history in memory is lost' : ''
    if (reason !== this.#reported.reason || monotonicMs() - this.#reported.at > REPORT_INTERVAL_MS) {
      this.#reported = { reason, at: monotonicMs() }
      this.#hooks.log(`${reason}; another takes its place${what}\n`)
    }
    void ended.then(() => this.#replace())
  }

  /** Never gives up: polling goes on without it. */
  #replace(): Promise<void> {
    const report = ({ message }: Error) => this.#hooks.log(`${message}; it is tried again\n`)
    return restartForever(this.#backoff, () => this.#launchUnlessStopping(), report, RETRY_MS)
  }

  async #launchUnlessStopping(): Promise<void> {
    if (this.#stopping) return
    const thread = await this.#launch()
    if (this.#stopping) await thread.end()
    else this.#use(thread)
  }
}
