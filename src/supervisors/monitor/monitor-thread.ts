import { MessageChannel, Worker } from 'node:worker_threads'
import type { MonitorOptions } from '../../print/text/monitor-options.ts'
import type { MainStats } from '../../print/text/summary.ts'
import type { ResourceTable } from '../../resource/resource-table.ts'
import { threadUsage } from '../../runtime/thread-usage.ts'
import type { ThreadUsage } from '../../runtime/thread-usage.ts'
import type { Counts } from '../../state/latest-state.ts'
import { PendingCalls } from '../../threads/pending-calls.ts'
import type { MonitorEvent, MonitorLaunch, MonitorMessage, MonitorReply } from '../../threads/protocol.ts'
import { sendRequests } from '../../threads/requests.ts'
import { awaitStart, onWorkerExit, terminateWorker } from '../../threads/worker-lifetime.ts'
import { workerUrl } from '../../threads/worker-url.ts'
import { packUrls } from '../../threads/pack-urls.ts'
import type { KnownUrls } from '../../threads/pack-urls.ts'

/** A thread that does not know all URLs after this long has failed to start, in ms. */
const START_TIMEOUT_MS = 30_000

/** V8's young generation in this thread, in MB: nearly all that is allocated here dies at once, and V8's own limit is 96. */
const YOUNG_GENERATION_MB = 12

/** What MonitorThread reports to main. */
export interface MonitorThreadEvents {
  /** The thread posted an event. */
  received(event: MonitorEvent): void
  /** The thread ended without being told to. */
  lost(error: Error): void
}

/** Main's side of one monitor thread, from its start to its end. */
export class MonitorThread {
  readonly #worker: Worker
  readonly #request: (message: MonitorMessage) => Promise<unknown>
  readonly #pendingCalls = new PendingCalls()
  #endRequested = false
  #threadId: number | null = null

  constructor(options: MonitorOptions, events: MonitorThreadEvents) {
    const { port1, port2 } = new MessageChannel()
    this.#worker = new Worker(workerUrl('monitor'), {
      workerData: { options, control: port2 } satisfies MonitorLaunch,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    })
    this.#request = sendRequests(port1)
    this.#worker.on('message', (event: MonitorEvent) => {
      if (event.type === 'started') this.#threadId = event.threadId
      events.received(event)
    })
    onWorkerExit(this.#worker, 'The monitor', (error) => {
      port1.close()
      this.#pendingCalls.rejectAll(error)
      if (!this.#endRequested) events.lost(error)
    })
  }

  /** What the thread does now; null where that is not known. */
  get usage(): ThreadUsage | null {
    return threadUsage(this.#threadId)
  }

  /** Sends a message and resolves with its reply. Rejects when the thread has ended or ends before it replies. */
  send<M extends MonitorMessage>(message: M): Promise<MonitorReply<M['type']>> {
    return this.#pendingCalls.track(this.#request(message) as Promise<MonitorReply<M['type']>>)
  }

  /** Sends all URLs of the table, and what is known of each. When that fails or takes too long, ends the thread and rejects. */
  start(table: ResourceTable, known?: KnownUrls): Promise<void> {
    const registered = this.#register(table, known)
    return awaitStart(registered, START_TIMEOUT_MS, 'The monitor', () => this.end(''))
  }

  /** One message after the other, so that only one is in memory. */
  async #register(table: ResourceTable, known?: KnownUrls): Promise<void> {
    for (const urls of packUrls(table, table.listed(), known)) await this.send({ type: 'register', urls })
  }

  /**
   * Prints the last state after all that the pollers have sent, then ends the thread. An output that accepts nothing is waited for
   * at most `patienceMs`; null: no limit.
   */
  async stop(stats: MainStats, patienceMs: number | null): Promise<Counts> {
    const counts = await this.send({ type: 'stop', stats, patienceMs })
    await this.end('')
    return counts
  }

  /** Ends the thread at once, even when it hangs. Messages without a reply reject with `reason`. */
  async end(reason: string): Promise<void> {
    this.#endRequested = true
    this.#pendingCalls.rejectAll(new Error(reason))
    await terminateWorker(this.#worker)
  }
}
