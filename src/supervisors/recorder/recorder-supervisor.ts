import type { MessagePort } from 'node:worker_threads'
import type { ResourceTable } from '../../resource/resource-table.ts'
import { monotonicMs } from '../../runtime/clock.ts'
import type { HistoryAsker } from '../../threads/history-question-handler.ts'
import { MonitorConnection } from '../../threads/monitor-connection.ts'
import { packUrls } from '../../threads/pack-urls.ts'
import type { MaintenanceWindow, RecorderOptions } from '../../threads/recorder-protocol.ts'
import type { CheckTimes } from '../../threads/thread-check.ts'
import { ThreadSupervisor } from '../../threads/thread-supervisor.ts'
import type { EarlierStates, Settle } from './earlier-states.ts'
import { RecorderThread } from './recorder-thread.ts'

/** When the thread is asked whether it answers, and when it hangs, in ms. A slow disk is waited for. */
const CHECK: CheckTimes = { intervalMs: 1_000, silenceMs: 10_000 }

/** What the recorder needs from main. */
export interface RecorderHooks {
  /** An earlier run has left a URL with this verdict, also where its last polls were `unknown`. */
  readonly settled: Settle
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
  readonly #supervisor: ThreadSupervisor<RecorderThread>
  readonly #connection: MonitorConnection
  #maintenance: readonly MaintenanceWindow[] = []
  /** Those that the last thread was started with. */
  #launchedWith = this.#maintenance
  /** What an earlier run knew is put back when the first thread starts. */
  #earlier: EarlierStates | null = null
  /** The thread has got all URLs while no monitor ran, and no list has changed since. */
  #knowsUrls = false

  constructor(
    list: ResourceTable,
    options: RecorderOptions,
    hooks: RecorderHooks,
    checkTimes: CheckTimes = CHECK,
  ) {
    this.#list = list
    this.#options = options
    this.#hooks = hooks
    this.#connection = new MonitorConnection((port) => hooks.feed(port))
    this.#supervisor = new ThreadSupervisor({
      name: 'The recorder',
      checkTimes,
      launch: (lost, timeoutMs) => this.#launch(lost, timeoutMs),
      started: () => {
        if (this.#launchedWith !== this.#maintenance) this.#supervisor.thread?.maintain(this.#maintenance)
        this.monitorStarted()
        hooks.started()
      },
      lost: () => {
        this.#knowsUrls = false
        return options.file === null ? ', and the history in memory is lost' : ''
      },
      log: (lines) => hooks.log(lines),
    })
  }

  /**
   * Starts the thread, and puts back what it knows of the URLs. Rejects with a RefusedError if the history can't be used. When it can't be
   * opened now, that is reported, and it is tried again while the run goes on.
   */
  async start(earlier: EarlierStates | null): Promise<void> {
    this.#earlier = earlier
    try {
      await this.#supervisor.startOrRetry('polls are not recorded')
    } finally {
      this.#earlier = null
    }
  }

  /** A monitor has started: what it receives is recorded from now on. */
  monitorStarted(): void {
    const { thread } = this.#supervisor
    if (thread === null) return
    const knowsUrls = () => {
      const knew = this.#knowsUrls
      this.#knowsUrls = false
      return knew
    }
    const fed = {
      registerAll: () => this.#register(thread, null),
      setMonitor: (port: MessagePort) => thread.setMonitor(port),
    }
    this.#connection.connect(fed, () => thread === this.#supervisor.thread, knowsUrls)
  }

  /** Has the recorder answer questions of a thread on this port. While none runs, nobody does. */
  answer(questions: MessagePort, asker: HistoryAsker): void {
    const { thread } = this.#supervisor
    if (thread === null) questions.close()
    else thread.answer(questions, asker)
  }

  /** These maintenance windows of the configuration apply from now on. */
  maintain(windows: readonly MaintenanceWindow[]): void {
    if (windows.length === 0 && this.#maintenance.length === 0) return
    this.#maintenance = windows
    this.#supervisor.thread?.maintain(windows)
  }

  /** Has all written that the monitor has passed on, and ends the thread. Reports if that takes longer than `patienceMs`. */
  async stop(patienceMs: number): Promise<void> {
    const thread = this.#supervisor.release()
    if (thread === null) return
    const isWritten = await thread.stop(await this.#connection.wait(patienceMs))
    if (!isWritten) this.#hooks.log('history: the last polls could not be written in time\n')
  }

  async #launch(
    lost: (thread: RecorderThread, error: Error) => void,
    timeoutMs: number,
  ): Promise<RecorderThread> {
    this.#launchedWith = this.#maintenance
    const thread = new RecorderThread(this.#options, this.#maintenance, {
      notice: (line) => this.#hooks.log(`${line}\n`),
      lost: (error) => lost(thread, error),
    })
    await thread.start(timeoutMs)
    // Polling waits for what an earlier run knew. A new history gets its URLs while polling goes on.
    if (this.#earlier === null || !(await thread.knowsUrls())) return thread
    await this.#register(thread, this.#earlier)
    this.#knowsUrls = true
    return thread
  }

  /** Sends all URLs, with at most two messages in memory. Puts back what the thread knows of them, if that is wanted. */
  async #register(thread: RecorderThread, earlier: EarlierStates | null): Promise<void> {
    let isFirst = true
    let last: Promise<ArrayBuffer | null> = Promise.resolve(null)
    const restore = (packed: ArrayBuffer | null) => {
      if (packed !== null) earlier?.restore(packed, Date.now(), monotonicMs())
    }
    for (const urls of packUrls(this.#list, this.#list.listed())) {
      // The thread works on these while the answer to the ones before is put back.
      const next = thread.register(urls, isFirst, earlier !== null)
      next.catch(() => {}) // It is awaited in the next round, which a loss of the thread may not reach.
      restore(await last)
      last = next
      isFirst = false
    }
    restore(await last)
  }
}
