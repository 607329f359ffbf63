import type { MessagePort } from 'node:worker_threads'
import type { HistoryAnswers, HistoryQuestion } from '../history/record/history-question.ts'
import { answerInTurns } from './requests.ts'

/** What answers the questions. */
interface QuestionTargets {
  history(question: Extract<HistoryQuestion, { type: 'history' }>): HistoryAnswers['history']
  incidents(question: Extract<HistoryQuestion, { type: 'incidents' }>): HistoryAnswers['incidents']
  url(question: Extract<HistoryQuestion, { type: 'url' }>): HistoryAnswers['url']
  maintenance(question: Extract<HistoryQuestion, { type: 'maintenance' }>): HistoryAnswers['maintenance']
  times(question: Extract<HistoryQuestion, { type: 'times' }>): HistoryAnswers['times']
}

/** A thread that asks the recorder. */
export type HistoryAsker = 'web' | 'alerter'

/** The recorder's ends of the ports that other threads ask on. Each thread has one at a time. */
export class HistoryQuestionHandler {
  readonly #targets: QuestionTargets
  readonly #failed: (error: Error) => void
  readonly #ports = new Map<HistoryAsker, MessagePort>()

  /** `failed` gets the error of a question that can't be answered, which whoever asked gets too. */
  constructor(targets: QuestionTargets, failed: (error: Error) => void) {
    this.#targets = targets
    this.#failed = failed
  }

  /** Answers what comes on this port, and nothing more on the one that this thread had before. */
  listen(port: MessagePort, asker: HistoryAsker): void {
    this.#ports.get(asker)?.close()
    this.#ports.set(asker, port)
    answerInTurns(port, (question: HistoryQuestion) => this.handle(question))
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
      case 'maintenance':
        return this.#targets.maintenance(question)
      case 'times':
        return this.#targets.times(question)
      default:
        return question satisfies never
    }
  }
}
