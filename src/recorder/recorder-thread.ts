import { MessageChannel, Worker } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { RefusedError } from '../runtime/refused-error.ts'
import { threadUsage } from '../runtime/thread-usage.ts'
import type { ThreadUsage } from '../runtime/thread-usage.ts'
import { withTimeout } from '../runtime/with-timeout.ts'
import { PendingCalls } from '../threads/pending-calls.ts'
import type {
  EarlierStates,
  RecorderEvent,
  RecorderLaunch,
  RecorderMessage,
  RecorderOptions,
} from '../threads/recorder-protocol.ts'
import { sendRequests } from '../threads/requests.ts'
import { awaitStart, onWorkerExit, terminateWorker } from '../threads/worker-lifetime.ts'
import { workerUrl } from '../threads/worker-url.ts'

/** A thread that has not opened the history after this long has failed to start, in ms. It may have much to check. */
const START_TIMEOUT_MS = 30_000

/** The most that V8's heap may take in this thread, in MB. A thread that needs more ends, and the process goes on. */
const HEAP_MB = 512
const YOUNG_GENERATION_MB = 8

/** What RecorderThread reports to its supervisor. */
export interface RecorderThreadEvents {
  /** A line for standard error, without its line break. */
  notice(line: string): void
  /** The thread ended without being told to. */
  lost(error: Error): void
}

/** Main's side of one recorder thread, from its start to its end. */
export class RecorderThread {
  readonly #worker: Worker
  readonly #request: (message: RecorderMessage) => Promise<unknown>
  readonly #pendingCalls = new PendingCalls()
  readonly #opened = Promise.withResolvers<void>()
  readonly #events: RecorderThreadEvents
  #endRequested = false
  #threadId: number | null = null

  constructor(options: RecorderOptions, events: RecorderThreadEvents) {
    this.#events = events
    const { port1, port2 } = new MessageChannel()
    this.#worker = new Worker(workerUrl('recorder'), {
      workerData: { options, commands: port2 } satisfies RecorderLaunch,
      transferList: [port2],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    })
    this.#request = sendRequests(port1)
    this.#worker.on('message', (event: RecorderEvent) => this.#handle(event))
    onWorkerExit(this.#worker, 'The recorder', (error) => {
      port1.close()
      // A thread that could not open the history has said why just before, perhaps in this turn: only the first rejection counts. Where
      // PendingCalls tracks the promise, this error would overtake it.
      this.#opened.reject(error)
      this.#pendingCalls.rejectAll(error)
      if (!this.#endRequested) events.lost(error)
    })
  }

  /** What the thread does now; null where that is not known. */
  get usage(): ThreadUsage | null {
    return threadUsage(this.#threadId)
  }

  /** Resolves when the history is open. When it can't be opened, ends the thread and rejects; with a RefusedError if it never can. */
  start(): Promise<void> {
    return awaitStart(this.#opened.promise, START_TIMEOUT_MS, 'The recorder', () => this.end())
  }

  /** Registers URLs, packed by `packUrls`. Resolves with what an earlier run knew of them, packed, if that is asked for. */
  async register(urls: ArrayBuffer, isFirst: boolean, wantsEarlier: boolean): Promise<ArrayBuffer | null> {
    const reply = await this.#send({ type: 'urls', urls, isFirst, wantsEarlier })
    return wantsEarlier ? (reply as EarlierStates).earlier : null
  }

  /** Has the thread record what a monitor sends on this port. */
  async setMonitor(port: MessagePort): Promise<void> {
    await this.#send({ type: 'monitor', port })
  }

  /** Has the thread answer questions on this port. */
  answer(questions: MessagePort): void {
    this.#send({ type: 'questions', port: questions }).catch(() => {}) // Its loss is reported elsewhere.
  }

  /** Resolves when the thread has answered. Rejects when it has ended or ends before. */
  async ping(): Promise<void> {
    await this.#send({ type: 'ping' })
  }

  /** Has the thread write what it has got, then ends it. Returns whether that was done within `patienceMs`. */
  async stop(patienceMs: number): Promise<boolean> {
    this.#endRequested = true
    const isWritten = await withTimeout(this.#send({ type: 'stop' }), patienceMs).catch(() => false)
    await this.end()
    return isWritten
  }

  /** Ends the thread at once, even when it hangs. */
  async end(): Promise<void> {
    this.#endRequested = true
    const error = new Error('The recorder was ended')
    this.#opened.reject(error)
    this.#pendingCalls.rejectAll(error)
    await terminateWorker(this.#worker)
  }

  #send(message: RecorderMessage): Promise<unknown> {
    return this.#pendingCalls.track(this.#request(message))
  }

  #handle(event: RecorderEvent): void {
    switch (event.type) {
      case 'started':
        this.#threadId = event.threadId
        break
      case 'opened':
        this.#opened.resolve()
        break
      case 'openFailed':
        this.#opened.reject(event.isRefused ? new RefusedError(event.message) : new Error(event.message))
        break
      case 'notice':
        this.#events.notice(event.line)
        break
      default:
        event satisfies never
    }
  }
}
