import type { MessagePort } from 'node:worker_threads'
import type { HistoryAnswers, HistoryQuestion } from '../history/record/history-question.ts'
import { answerRequests } from './requests.ts'

/** What answers the questions of the web thread. */
interface QuestionTargets {
  history(question: Extract<HistoryQuestion, { type: 'history' }>): HistoryAnswers['history']
  incidents(question: Extract<HistoryQuestion, { type: 'incidents' }>): HistoryAnswers['incidents']
  url(question: Extract<HistoryQuestion, { type: 'url' }>): HistoryAnswers['url']
  times(question: Extract<HistoryQuestion, { type: 'times' }>): HistoryAnswers['times']
}

/** The recorder's end of the port that a web thread asks on. There is one at a time. */
export class HistoryQuestionHandler {
  readonly #targets: QuestionTargets
  readonly #failed: (error: Error) => void
  #port: MessagePort | null = null

  /** `failed` gets the error of a question that can't be answered, which whoever asked gets too. */
  constructor(targets: QuestionTargets, failed: (error: Error) => void) {
    this.#targets = targets
    this.#failed = failed
  }

  /** Answers what comes on this port, and nothing more on the one before. */
  listen(port: MessagePort): void {
    this.#port?.close()
    this.#port = port
    answerRequests(port, (question: HistoryQuestion) => this.handle(question))
  }

  /** Returns the answer. */
  handle(question: HistoryQuestion): HistoryAnswers[HistoryQuestion['type']] {
    try {
      return this.#answer(question)
    } catch (error) {
      this.#failed(error as Error)
      throw error
    }
  }

  #answer(question: HistoryQuestion): HistoryAnswers[HistoryQuestion['type']] {
    switch (question.type) {
      case 'history':
        return this.#targets.history(question)
      case 'incidents':
        return this.#targets.incidents(question)
      case 'url':
        return this.#targets.url(question)
      case 'times':
        return this.#targets.times(question)
      default:
        return question satisfies never
    }
  }
}
