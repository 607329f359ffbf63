import type { MessagePort } from 'node:worker_threads'
import type { Totals } from '../web/metrics/metrics-recorder.ts'
import type { UrlPage } from '../web/metrics/url-page.ts'
import type { MonitorAnswer, MonitorQuestion } from './web-protocol.ts'
import { answerRequests } from './requests.ts'

/** What the monitor has recorded, as questions use it. */
interface QuestionTarget {
  totals(): Totals
  urls(from: number, limit: number): UrlPage
}

/** The monitor's end of the port that a web thread asks on. There is one at a time. */
export class QuestionHandler {
  readonly #recorder: QuestionTarget
  #port: MessagePort | null = null

  constructor(recorder: QuestionTarget) {
    this.#recorder = recorder
  }

  /** Answers what comes on this port, and nothing more on the one before. */
  listen(port: MessagePort): void {
    this.#port?.close()
    this.#port = port
    answerRequests(port, (message: MonitorQuestion) => this.handle(message))
  }

  /** Returns the answer. */
  handle(message: MonitorQuestion): MonitorAnswer<MonitorQuestion['type']> {
    switch (message.type) {
      case 'ping':
        return
      case 'totals':
        return this.#recorder.totals()
      case 'urls':
        return this.#recorder.urls(message.from, message.limit)
      default:
        return message satisfies never
    }
  }
}
