import { MessageChannel, Worker } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { RefusedError } from '../../runtime/refused-error.ts'
import { threadUsage } from '../../runtime/thread-usage.ts'
import type { ThreadUsage } from '../../runtime/thread-usage.ts'
import { withTimeout } from '../../runtime/with-timeout.ts'
import { leaveRemovedFolder } from '../../runtime/working-folder.ts'
import { formatListenAddress } from '../../settings/listen-address.ts'
import type { PublicPage } from '../../settings/public-page.ts'
import type { ListenAddress } from '../../settings/listen-address.ts'
import { PendingCalls } from '../../threads/pending-calls.ts'
import type { ResourceId } from '../../resource/resource.ts'
import type {
  MainRequest,
  ReloadResult,
  UrlSettings,
  WebEvent,
  WebLaunch,
  WebMessage,
  WebOptions,
} from '../../threads/web-protocol.ts'
import { answerRequests, sendRequests } from '../../threads/requests.ts'
import type { WebConfig } from '../../config/web/web-config.ts'
import { awaitStart, onWorkerExit, terminateWorker } from '../../threads/worker-lifetime.ts'
import { workerUrl } from '../../threads/worker-url.ts'

/** A thread that does not listen after this long has failed to start, in ms. */
const START_TIMEOUT_MS = 30_000

/** The most that V8's heap may take in this thread, in MB. A thread that needs more ends, and the process goes on. */
const HEAP_MB = 256
const YOUNG_GENERATION_MB = 16

/** What WebThread reports to its supervisor. */
export interface WebThreadEvents {
  /** A line for standard error, without its line break. */
  notice(line: string): void
  /** Read all lists again. */
  reload(): Promise<ReloadResult>
  /** The settings of a URL, given as it is printed. */
  settings(id: ResourceId, url: string): UrlSettings
  /** The thread ended without being told to. */
  lost(error: Error): void
}

/** Main's side of one web thread, from its start to its end. */
export class WebThread {
  /** Where ProbeMessages come from, and ProbeEvents go. */
  readonly probes: MessagePort
  /** What it was started with. */
  readonly options: WebOptions
  readonly #worker: Worker
  readonly #request: (message: WebMessage) => Promise<unknown>
  readonly #pendingCalls = new PendingCalls()
  readonly #listening = Promise.withResolvers<number | null>()
  readonly #events: WebThreadEvents
  #endRequested = false
  #threadId: number | null = null

  constructor(options: WebOptions, events: WebThreadEvents) {
    this.options = options
    this.#events = events
    const channels = [new MessageChannel(), new MessageChannel(), new MessageChannel()] as const
    const [requests, main, probes] = channels
    this.#worker = new Worker(workerUrl('web'), {
      workerData: {
        options,
        requests: requests.port2,
        main: main.port2,
        probes: probes.port2,
      } satisfies WebLaunch,
      transferList: [requests.port2, main.port2, probes.port2],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    })
    this.probes = probes.port1
    this.#request = sendRequests(requests.port1)
    answerRequests(main.port1, (message: MainRequest) => this.#answer(message))
    this.#worker.on('message', (event: WebEvent) => this.#handle(event))
    onWorkerExit(this.#worker, 'The web thread', (error) => {
      requests.port1.close()
      main.port1.close()
      probes.port1.close()
      this.#pendingCalls.rejectAll(error)
      if (!this.#endRequested) events.lost(error)
    })
  }

  /** What the thread does now; null where that is not known. */
  get usage(): ThreadUsage | null {
    return threadUsage(this.#threadId)
  }

  /** Resolves with the port when the thread accepts connections, if it shall. When it can't, ends the thread and rejects; with a RefusedError if the address can't be used. */
  start(): Promise<number | null> {
    const listening = this.#pendingCalls.track(this.#listening.promise)
    return awaitStart(listening, START_TIMEOUT_MS, 'The web thread', () => this.end())
  }

  /** Has the thread ask a monitor on this port. */
  setMonitor(questions: MessagePort): void {
    this.#sendLater({ type: 'monitor', questions })
  }

  /** Has the thread ask a recorder on this port. */
  setRecorder(questions: MessagePort): void {
    this.#sendLater({ type: 'recorder', questions })
  }

  /** Has the thread ask an alerter on this port. */
  setAlerter(questions: MessagePort): void {
    this.#sendLater({ type: 'alerter', questions })
  }

  /** Has the thread use this configuration from now on. */
  setConfig(config: WebConfig): void {
    this.#sendLater({ type: 'config', config })
  }

  /** Has the thread show these public pages from now on. */
  setPages(pages: readonly PublicPage[]): void {
    this.#sendLater({ type: 'pages', pages })
  }

  /** The first round of the list is under way. */
  setPolling(): void {
    this.#sendLater({ type: 'polling' })
  }

  /** Resolves when the thread has answered. Rejects when it has ended or ends before. */
  async ping(): Promise<void> {
    await this.#send({ type: 'ping' })
  }

  /** Closes the port, gives responses in progress a moment and ends the thread. Takes `patienceMs` at most. */
  async stop(patienceMs: number): Promise<void> {
    await withTimeout(this.#send({ type: 'stop' }), patienceMs).catch(() => {}) // It has ended already.
    await this.end()
  }

  /** Ends the thread at once, even when it hangs. */
  async end(): Promise<void> {
    this.#endRequested = true
    this.#pendingCalls.rejectAll(new Error('The web thread was ended'))
    await terminateWorker(this.#worker)
  }

  #send(message: WebMessage): Promise<unknown> {
    return this.#pendingCalls.track(this.#request(message))
  }

  /** The loss of the thread is reported once, by the event `lost`. */
  #sendLater(message: WebMessage): void {
    this.#send(message).catch(() => {})
  }

  #answer(message: MainRequest): Promise<ReloadResult> | UrlSettings | void {
    switch (message.type) {
      case 'reload':
        return this.#events.reload()
      case 'settings':
        return this.#events.settings(message.id, message.url)
      case 'threadStarts':
        return leaveRemovedFolder()
      default:
        return message satisfies never
    }
  }

  #handle(event: WebEvent): void {
    switch (event.type) {
      case 'started':
        this.#threadId = event.threadId
        break
      case 'listening':
        this.#listening.resolve(event.port)
        break
      case 'listenFailed':
        this.#listening.reject(listenError(this.options.listen, event.code))
        break
      case 'notice':
        this.#events.notice(event.line)
        break
      default:
        event satisfies never
    }
  }
}

/** What the codes of errors mean to a person. */
const LISTEN_FAILURES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses this port',
  EADDRNOTAVAIL: 'this machine does not have that address',
  EACCES: 'this user may not listen on that port',
}

/** No connections can be accepted on the address of `--listen`. */
function listenError(listen: ListenAddress | null, code: string): RefusedError {
  const why = code in LISTEN_FAILURES ? `${LISTEN_FAILURES[code]} (${code})` : code
  return new RefusedError(`--listen ${listen === null ? '' : formatListenAddress(listen)}: ${why}`)
}
