import type { MessagePort } from 'node:worker_threads'
import { answerRequests } from './requests.ts'

/** The monitor's end of the port that a web thread asks on. There is one at a time. */
export class QuestionPorts {
  #port: MessagePort | null = null

  /** Answers what comes on this port, and nothing more on the one before. */
  listen(port: MessagePort): void {
    this.#port?.close()
    this.#port = port
    // The reply to a ping says nothing: it is there.
    answerRequests(port, () => {})
  }
}
