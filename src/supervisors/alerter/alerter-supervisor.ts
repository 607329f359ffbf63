import type { MessagePort } from 'node:worker_threads'
import type { ResourceTable } from '../../resource/resource-table.ts'
import { monotonicMs } from '../../runtime/clock.ts'
import type { AlerterOptions } from '../../threads/alerter-protocol.ts'
import { MonitorConnection } from '../../threads/monitor-connection.ts'
import { packUrls } from '../../threads/pack-urls.ts'
import { portTo } from '../../threads/port-to.ts'
import type { CheckTimes } from '../../threads/thread-check.ts'
import { ThreadSupervisor } from '../../threads/thread-supervisor.ts'
import { AlerterThread } from './alerter-thread.ts'

/** When the thread is asked whether it answers, and when it hangs, in ms. A slow disk is waited for. */
const CHECK: CheckTimes = { intervalMs: 1_000, silenceMs: 10_000 }

/** A run that has its results waits at most this long for notifications to be sent, in ms. */
const LAST_SENDS_MS = 10_000

/** A run that is told to end waits at most this long for them, in ms, if it has that time. What is left is sent by the next run. */
const STOP_MS = 2_000

/** How long a machine that hands its alerts over waits for what is being sent, in ms. */
const HAND_OVER_MS = 400

/** In a cluster one machine at a time tells people: this is told which one. */
export interface AlertLease {
  /** Calls `held` whenever this machine is the one, and `lost` when it is no more. */
  follow(held: () => void, lost: () => void): void
  /** The state of alerts comes on this port, and goes there. */
  connect(shared: MessagePort): void
}

/** The lists, some of which may be read only after the start: what fired before of their URLs is not over. */
export interface ListReadings {
  /** Whether each was read. */
  readonly isComplete: boolean
  /** Resolves when each was read. */
  readonly complete: Promise<unknown>
}

/** What the alerter needs from main. */
export interface AlerterHooks {
  /** Has the monitor pass on what it shows to this port. Returns false if no monitor runs. */
  feed(port: MessagePort): boolean
  /** Has the recorder answer questions on this port; null: no history is kept. */
  readonly askRecorder: ((questions: MessagePort) => void) | null
  /** Null: no other machine tells people. */
  readonly lease: AlertLease | null
  readonly lists: ListReadings
  /** An alerter runs that can answer questions. */
  started(): void
  /** Writes lines to standard error. */
  log(lines: string): void
}

/** Keeps an alerter running: one that ends or hangs is replaced. Nothing else waits for it, except its first start. */
export class AlerterSupervisor {
  readonly #list: ResourceTable
  readonly #hooks: AlerterHooks
  readonly #checkTimes: CheckTimes
  #supervisor: ThreadSupervisor<AlerterThread>
  readonly #connection: MonitorConnection
  #options: AlerterOptions

  constructor(
    list: ResourceTable,
    options: Omit<AlerterOptions, 'clockBegan'>,
    hooks: AlerterHooks,
    checkTimes: CheckTimes = CHECK,
  ) {
    this.#list = list
    this.#options = { ...options, clockBegan: Date.now() - monotonicMs() }
    this.#hooks = hooks
    this.#connection = new MonitorConnection((port) => hooks.feed(port))
    this.#checkTimes = checkTimes
    this.#supervisor = this.#create()
    void hooks.lists.complete.then(() => this.#supervisor.thread?.listsComplete())
  }

  #create(): ThreadSupervisor<AlerterThread> {
    const { lease } = this.#hooks
    return new ThreadSupervisor({
      name: 'The alerter',
      checkTimes: this.#checkTimes,
      launch: (lost, timeoutMs) => this.#launch(lost, timeoutMs),
      started: (thread) => this.#started(thread),
      lost: () => (this.#options.file === null && lease === null ? ', and what fires is told again' : ''),
      log: (lines) => this.#hooks.log(lines),
    })
  }

  /**
   * Starts the thread. Rejects with a RefusedError if the state file can't be used. When it can't be opened now, that is reported, and it is
   * tried again while the run goes on. In a cluster it starts when this machine is the one that tells people.
   */
  start(): Promise<void> {
    const { lease } = this.#hooks
    if (lease === null) return this.#supervisor.startOrRetry('nobody is told')
    lease.follow(
      () => {
        this.#supervisor = this.#create()
        void this.#supervisor.startOrRetry('nobody is told')
      },
      () => {
        void this.#supervisor.release()?.stop(HAND_OVER_MS)
        this.#supervisor = this.#create()
      },
    )
    return Promise.resolve()
  }

  /** A monitor has started: what it shows counts from now on. */
  monitorStarted(): void {
    const { thread } = this.#supervisor
    if (thread === null) return
    let isComplete = false
    const fed = {
      registerAll: () => {
        // As it is now: what is read later comes by the monitor.
        isComplete = this.#hooks.lists.isComplete
        return this.#register(thread)
      },
      setMonitor: (port: MessagePort) => thread.setMonitor(port, isComplete),
    }
    this.#connection.connect(
      fed,
      () => thread === this.#supervisor.thread,
      () => false,
    )
  }

  /** A recorder has started: it is asked from now on. */
  recorderStarted(): void {
    const { thread } = this.#supervisor
    if (thread !== null) this.#connectRecorder(thread)
  }

  /** The configuration has changed, or where the status page is. An alerter that starts later gets it too. */
  configure(changed: Partial<Pick<AlerterOptions, 'config' | 'link'>>): void {
    this.#options = { ...this.#options, ...changed }
    this.#supervisor.thread?.configure(this.#options)
  }

  /** Has the alerter answer questions on this port. While none runs, nobody does. */
  answer(questions: MessagePort): void {
    const { thread } = this.#supervisor
    if (thread === null) questions.close()
    else thread.answer(questions)
  }

  /** Has all written that the monitor has passed on, and what can be sent sent. `isDone`: the run has its results, and there is time. */
  async stop(isDone: boolean, leftMs: number): Promise<void> {
    const thread = this.#supervisor.release()
    if (thread === null || this.#hooks.lease !== null) return
    const patienceMs = isDone ? LAST_SENDS_MS : Math.min(STOP_MS, leftMs)
    const isDoneInTime = await thread.stop(await this.#connection.wait(patienceMs))
    if (!isDoneInTime) this.#hooks.log('alerts: the last polls could not be judged in time\n')
  }

  async #launch(
    lost: (thread: AlerterThread, error: Error) => void,
    timeoutMs: number,
  ): Promise<AlerterThread> {
    const launched = this.#options
    const { lease } = this.#hooks
    const events = {
      notice: (line: string) => this.#hooks.log(`${line}\n`),
      lost: (error: Error) => lost(thread, error),
    }
    const shared = lease === null ? null : portTo((port) => lease.connect(port))
    const thread = new AlerterThread(launched, events, shared)
    await thread.start(timeoutMs)
    if (this.#options !== launched) thread.configure(this.#options)
    return thread
  }

  #started(thread: AlerterThread): void {
    this.#connectRecorder(thread)
    this.monitorStarted()
    this.#hooks.started()
  }

  #connectRecorder(thread: AlerterThread): void {
    const { askRecorder } = this.#hooks
    if (askRecorder !== null) thread.setRecorder(portTo(askRecorder))
  }

  /** Sends all URLs, one message after the other so that only one is in memory. */
  async #register(thread: AlerterThread): Promise<void> {
    let isFirst = true
    for (const urls of packUrls(this.#list, this.#list.listed())) {
      await thread.register(urls, isFirst)
      isFirst = false
    }
  }
}
