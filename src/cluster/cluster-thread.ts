import { randomBytes } from 'node:crypto'
import { MessageChannel, Worker } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { monotonicMs } from '../runtime/clock.ts'
import { leaveRemovedFolder } from '../runtime/working-folder.ts'
import { RestartBackoff } from '../threads/restart-backoff.ts'
import { onWorkerExit } from '../threads/worker-lifetime.ts'
import { workerUrl } from '../threads/worker-url.ts'
import type { ClusterEvent, ClusterLaunch, ClusterMessage } from './engine/messages.ts'
import type { ClusterOptions } from '../settings/cluster-options.ts'

/** V8's young generation in the thread, in MB. */
const YOUNG_GENERATION_MB = 16

/** What main knows and does of the cluster thread. */
export interface ClusterThreadHooks {
  /** The batches that main has in its table. */
  known(): readonly string[]
  received(event: ClusterEvent): void
  /** The thread has died. All that it knew is lost. */
  lost(error: Error): void
  /** Another one runs in its place, which knows nothing yet. */
  replaced(): void
  /** None can be started. */
  failed(error: Error): void
}

/** Main's side of the cluster thread. One that dies is replaced: only the end of the process ends it. */
export class ClusterThread {
  readonly #options: ClusterOptions
  readonly #hooks: ClusterThreadHooks
  readonly #backoff = new RestartBackoff()
  /** Threads of one process are one machine, whose name they need not wait for. */
  readonly #run = randomBytes(6).toString('hex')
  #launches = 0
  #port: MessagePort

  constructor(options: ClusterOptions, hooks: ClusterThreadHooks) {
    this.#options = options
    this.#hooks = hooks
    this.#port = this.#launch([])
  }

  /** Sends a message; while there is no thread, it is dropped. */
  post(message: ClusterMessage, transfer: (ArrayBuffer | MessagePort)[] = []): void {
    this.#port.postMessage(message, transfer)
  }

  #launch(known: readonly string[]): MessagePort {
    const { port1, port2 } = new MessageChannel()
    const launch = { options: this.#options, port: port2, run: this.#run, launch: ++this.#launches, known }
    const worker = new Worker(workerUrl('cluster'), {
      workerData: launch satisfies ClusterLaunch,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    })
    this.#backoff.started(0, monotonicMs())
    let hasStarted = false
    port1.on('message', (event: ClusterEvent) => {
      hasStarted = true
      this.#hooks.received(event)
    })
    onWorkerExit(worker, 'The cluster thread', (error) => {
      port1.close()
      if (!hasStarted) return this.#hooks.failed(error)
      this.#hooks.lost(error)
      setTimeout(() => this.#replace(), this.#backoff.died(0, monotonicMs()))
    })
    return port1
  }

  #replace(): void {
    leaveRemovedFolder()
    this.#port = this.#launch(this.#hooks.known())
    this.#hooks.replaced()
  }
}
