import { MessageChannel, Worker } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { RefusedError } from '../runtime/refused-error.ts'
import { threadUsage } from '../runtime/thread-usage.ts'
import type { ThreadUsage } from '../runtime/thread-usage.ts'
import { withTimeout } from '../runtime/with-timeout.ts'
import { PendingCalls } from './pending-calls.ts'
import { sendRequests } from './requests.ts'
import { awaitStart, onWorkerExit, terminateWorker } from './worker-lifetime.ts'
import { workerUrl } from './worker-url.ts'

/** The most that V8's heap may take in the thread, in MB. A thread that needs more ends, and the process goes on. */
const HEAP_MB = 512
const YOUNG_GENERATION_MB = 8

/** Posted to main by a thread that owns a file. */
export type FileThreadEvent =
  /** The thread runs. `threadId` is the system's number of it; null where that is not known. */
  | { readonly type: 'started'; readonly threadId: number | null }
  /** The file is open. */
  | { readonly type: 'opened' }
  /** It cannot be opened. `isRefused`: another attempt would fail as well. */
  | { readonly type: 'openFailed'; readonly message: string; readonly isRefused: boolean }
  /** A line for standard error, escaped, without its line break. */
  | { readonly type: 'notice'; readonly line: string }

/** What a FileThread reports to its supervisor. */
export interface FileThreadHooks {
  /** A line for standard error, without its line break. */
  notice(line: string): void
  /** The thread ended without being told to. */
  lost(error: Error): void
}

/** Main's side of one thread that owns a file, from its start to its end. `Message`: what main sends to it. */
export class FileThread<Message extends object> {
  readonly #name: string
  readonly #worker: Worker
  readonly #request: (message: Message) => Promise<unknown>
  readonly #pendingCalls = new PendingCalls()
  readonly #opened = Promise.withResolvers<void>()
  readonly #hooks: FileThreadHooks
  #endRequested = false
  #threadId: number | null = null

  /** `launch` makes what the thread is started with, `ports` among it; Messages come to it from that port. */
  constructor(
    thread: 'recorder' | 'alerter',
    launch: (messages: MessagePort) => object,
    hooks: FileThreadHooks,
    ports: readonly MessagePort[] = [],
  ) {
    this.#name = `The ${thread}`
    this.#hooks = hooks
    const { port1, port2 } = new MessageChannel()
    this.#worker = new Worker(workerUrl(thread), {
      workerData: launch(port2),
      transferList: [port2, ...ports],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    })
    this.#request = sendRequests(port1)
    this.#worker.on('message', (event: FileThreadEvent) => this.#handle(event))
    onWorkerExit(this.#worker, this.#name, (error) => {
      port1.close()
      // A thread that could not open its file has said why just before, perhaps in this turn: only the first rejection counts. Where
      // PendingCalls tracks the promise, this error would overtake it.
      this.#opened.reject(error)
      this.#pendingCalls.rejectAll(error)
      if (!this.#endRequested) hooks.lost(error)
    })
  }

  /** What the thread does now; null where that is not known. */
  get usage(): ThreadUsage | null {
    return threadUsage(this.#threadId)
  }

  /**
   * Resolves when the file is open. When it can't be opened, ends the thread and rejects: with a RefusedError if it never can, with a
   * NotReadyError if that takes longer than `timeoutMs`. It may have much to check.
   */
  start(timeoutMs: number): Promise<void> {
    return awaitStart(this.#opened.promise, timeoutMs, this.#name, () => this.end())
  }

  /** Resolves with the reply. Rejects when the thread has ended or ends before. */
  send(message: Message): Promise<unknown> {
    return this.#pendingCalls.track(this.#request(message))
  }

  /** Sends a message without a reply: the loss of the thread is reported by the hook. */
  post(message: Message): void {
    this.send(message).catch(() => {})
  }

  /** Sends the last message, then ends the thread. Returns whether the reply came within `patienceMs`. */
  async finish(message: Message, patienceMs: number): Promise<boolean> {
    this.#endRequested = true
    const isDone = await withTimeout(this.send(message), patienceMs).catch(() => false)
    await this.end()
    return isDone
  }

  /** Ends the thread at once, even when it hangs. */
  async end(): Promise<void> {
    this.#endRequested = true
    const error = new Error(`${this.#name} was ended`)
    this.#opened.reject(error)
    this.#pendingCalls.rejectAll(error)
    await terminateWorker(this.#worker)
  }

  #handle(event: FileThreadEvent): void {
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
        this.#hooks.notice(event.line)
        break
      default:
        event satisfies never
    }
  }
}
