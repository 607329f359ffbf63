import { MessageChannel, Worker } from 'node:worker_threads'
import { PendingCalls } from '../../threads/pending-calls.ts'
import { sendRequests } from '../../threads/requests.ts'
import { onWorkerExit } from '../../threads/worker-lifetime.ts'
import { workerUrl } from '../../threads/worker-url.ts'
import type { PasswordAnswer, PasswordQuestion } from './password-check.ts'

/** The most that V8's heap may take in the thread, in MB. */
const HEAP_MB = 32

/** Compares passwords with hashes in a thread, which starts when it is needed first and again after it has ended. */
export class PasswordThread {
  readonly #prepare: () => Promise<unknown>
  #ask: ((question: PasswordQuestion) => Promise<PasswordAnswer>) | null = null

  /** `prepare` is called before the thread starts, which waits for it. */
  constructor(prepare: () => Promise<unknown> = () => Promise.resolve()) {
    this.#prepare = prepare
  }

  /** Whether the password has the hash. Rejects if the thread ends before it has answered. */
  async check(password: string, hash: string): Promise<boolean> {
    if (this.#ask === null) await this.#prepare()
    this.#ask ??= this.#start()
    return (await this.#ask({ type: 'password', password, hash })).isRight
  }

  #start() {
    const { port1, port2 } = new MessageChannel()
    const worker = new Worker(workerUrl('password'), {
      workerData: port2,
      transferList: [port2],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    })
    const send = sendRequests(port1)
    // It does not keep the process from ending.
    worker.unref()
    port1.unref()
    const calls = new PendingCalls()
    onWorkerExit(worker, 'The thread for passwords', (error) => {
      port1.close()
      this.#ask = null
      calls.rejectAll(error)
    })
    return (question: PasswordQuestion) => calls.track(send(question) as Promise<PasswordAnswer>)
  }
}
