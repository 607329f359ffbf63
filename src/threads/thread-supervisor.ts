import { monotonicMs } from '../runtime/clock.ts'
import { RefusedError } from '../runtime/refused-error.ts'
import { RestartBackoff } from './restart-backoff.ts'
import { restartForever } from './restart.ts'
import { ThreadCheck } from './thread-check.ts'
import type { CheckedThread, CheckTimes } from './thread-check.ts'
import { NotReadyError } from './worker-lifetime.ts'

/** A death for the same reason is reported once in this time, in ms: a disk that is full may cause many. */
const REPORT_INTERVAL_MS = 60_000

/** When no thread could be started for a while, the next attempt comes after this time, in ms. */
const RETRY_MS = 30_000

/** How long a thread has to start at first, and at most, in ms: each that was not ready in time is followed by one that has twice as long. */
const START_MS = 30_000
const MAX_START_MS = 600_000

interface SupervisedThread extends CheckedThread {
  /** Ends the thread at once, even when it hangs. */
  end(): Promise<void>
}

/** What a ThreadSupervisor does not know of its threads. */
export interface SupervisorHooks<Thread> {
  /** As a sentence begins: `The recorder`. */
  readonly name: string
  readonly checkTimes: CheckTimes
  /**
   * Resolves with a thread that has started; it is told of its loss with `lost`. Rejects when none can be started, with a NotReadyError when it
   * took longer than `timeoutMs`.
   */
  launch(lost: (thread: Thread, error: Error) => void, timeoutMs: number): Promise<Thread>
  /** This is the thread that runs now. */
  started(thread: Thread): void
  /** It runs no more. Returns what is lost with it, to follow a clause; '' for nothing. */
  lost(): string
  /** Writes lines to standard error. */
  log(lines: string): void
}

/** Keeps a thread running without which polling goes on: one that ends or hangs is replaced. Nothing waits for it, except its first start. */
export class ThreadSupervisor<Thread extends SupervisedThread> {
  readonly #hooks: SupervisorHooks<Thread>
  readonly #backoff = new RestartBackoff()
  #thread: Thread | null = null
  #check: ThreadCheck | undefined
  #stopping = false
  #startMs = START_MS
  #reported = { reason: '', at: 0 }

  constructor(hooks: SupervisorHooks<Thread>) {
    this.#hooks = hooks
  }

  /** The thread that runs; null: there is none now. */
  get thread(): Thread | null {
    return this.#thread
  }

  /** Starts the thread. Rejects when it can't be started. */
  async start(): Promise<void> {
    const thread = await this.#launch()
    if (this.#stopping) return thread.end()
    this.#thread = thread
    this.#backoff.started(0, monotonicMs())
    this.#hooks.started(thread)
    const { name, checkTimes } = this.#hooks
    this.#check = new ThreadCheck(thread, checkTimes, (seconds) =>
      this.#lost(thread, `${name} did not answer for ${seconds} s`),
    )
  }

  /**
   * Starts the thread. Rejects with a RefusedError if it can never be started. If it can't be started now, that is reported, and it is tried
   * again while the run goes on. `meanwhile`: what that means, to follow `and`.
   */
  async startOrRetry(meanwhile: string): Promise<void> {
    try {
      await this.start()
    } catch (error) {
      if (error instanceof RefusedError) throw error
      const { message } = error as Error
      this.#hooks.log(`${message}; it is tried again, and ${meanwhile} meanwhile\n`)
      void this.#replace(message)
    }
  }

  /** Checks and replaces it no more. Returns the thread that runs. */
  release(): Thread | null {
    this.#stopping = true
    this.#check?.stop()
    return this.#thread
  }

  /** More time each time: all of a large file is read before it is open, and the disk may be slow. */
  async #launch(): Promise<Thread> {
    try {
      const thread = await this.#hooks.launch((one, error) => this.#lost(one, error.message), this.#startMs)
      this.#startMs = START_MS
      return thread
    } catch (error) {
      if (error instanceof NotReadyError) this.#startMs = Math.min(2 * this.#startMs, MAX_START_MS)
      throw error
    }
  }

  #lost(thread: Thread, reason: string): void {
    if (thread !== this.#thread) return
    this.#thread = null
    this.#check?.stop()
    const what = this.#hooks.lost()
    const ended = thread.end()
    if (this.#stopping) return
    if (reason !== this.#reported.reason || monotonicMs() - this.#reported.at > REPORT_INTERVAL_MS) {
      this.#reported = { reason, at: monotonicMs() }
      this.#hooks.log(`${reason}; another takes its place${what}\n`)
    }
    void ended.then(() => this.#replace())
  }

  /** Never gives up to start a thread. `reported`: why it could not be started before, which was said already. */
  async #replace(reported = ''): Promise<void> {
    let wasReported = reported !== ''
    const report = ({ message }: Error) => {
      wasReported = true
      this.#hooks.log(`${message}; it is tried again\n`)
    }
    const start = async () => (this.#stopping ? undefined : this.start())
    await restartForever(this.#backoff, start, report, RETRY_MS, reported)
    if (wasReported && !this.#stopping) this.#hooks.log(`info: ${this.#hooks.name} has started\n`)
  }
}
