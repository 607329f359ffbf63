import { MessageChannel, Worker } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { onWorkerExit } from '../threads/worker-lifetime.ts'
import { workerUrl } from '../threads/worker-url.ts'
import type { ClusterEvent, ClusterLaunch, ClusterMessage } from './engine/messages.ts'
import type { ClusterOptions } from '../settings/cluster-options.ts'

/** V8's young generation in the thread, in MB. */
const YOUNG_GENERATION_MB = 16

/** Main's side of the cluster thread. */
export class ClusterThread {
  readonly #port: MessagePort

  /** `received` is called with each event, `lost` when the thread ends: only the end of the process ends it. */
  constructor(
    options: ClusterOptions,
    received: (event: ClusterEvent) => void,
    lost: (error: Error) => void,
  ) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    const worker = new Worker(workerUrl('cluster'), {
      workerData: { options, port: port2 } satisfies ClusterLaunch,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    })
    port1.on('message', received)
    onWorkerExit(worker, 'The cluster thread', lost)
  }

  post(message: ClusterMessage, transfer: (ArrayBuffer | MessagePort)[] = []): void {
    this.#port.postMessage(message, transfer)
  }
}
