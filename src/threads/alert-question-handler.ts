import type { MessagePort } from 'node:worker_threads'
import type { AlertAnswers, AlertQuestion } from '../alerts/run/alert-question.ts'
import { answerInTurns } from './requests.ts'

/** The alerter's end of the port that a web thread asks on. There is one at a time. */
export class AlertQuestionHandler {
  readonly #answer: (question: AlertQuestion) => AlertAnswers[AlertQuestion['type']]
  #port: MessagePort | null = null

  constructor(answer: (question: AlertQuestion) => AlertAnswers[AlertQuestion['type']]) {
    this.#answer = answer
  }

  /** Answers what comes on this port, and nothing more on the one before. */
  listen(port: MessagePort): void {
    this.#port?.close()
    this.#port = port
    answerInTurns(port, (question: AlertQuestion) => this.#answer(question))
  }
}
