import { History } from '../../src/history/history.ts'
import { IN_MEMORY } from '../../src/sqlite/open-file.ts'
import { HistoryReader } from '../../src/history/record/history-reader.ts'
import type { HistoryAnswers, HistoryQuestion } from '../../src/history/record/history-question.ts'
import { StateRecorder } from '../../src/history/record/state-recorder.ts'
import { Packer } from '../../src/resource/packer.ts'
import type { ResourceId } from '../../src/resource/resource.ts'
import { NEW_URL } from '../../src/state/latest-state.ts'
import { StateBatch } from '../../src/state/state-batch.ts'
import type { State } from '../../src/state/state.ts'
import { packUrl } from '../../src/state/url-batch.ts'
import { HistoryQuestionHandler } from '../../src/threads/history-question-handler.ts'

/** When a TestRecorder begins, in ms since the epoch. */
export const BEGIN = Date.UTC(2026, 0, 1)

/** What the recorder thread does, in this thread. Its clock stands until a test moves it. */
export class TestRecorder {
  now: number
  readonly #begin: number
  readonly history: History
  readonly recorder: StateRecorder
  readonly #questions: HistoryQuestionHandler

  /** `begin`: in ms since the epoch. */
  constructor(file: string = IN_MEMORY, begin = BEGIN) {
    this.#begin = begin
    this.now = begin
    const clock = () => this.now
    this.history = History.open(file, { sizeLimit: 100_000_000, now: clock, warn: () => {} })
    this.recorder = new StateRecorder(this.history, clock)
    this.#questions = new HistoryQuestionHandler(new HistoryReader(this.history, clock), () => {})
  }

  /** Registers URLs with ids from 0 on. */
  register(...urls: readonly { readonly url: string; readonly labels?: string }[]): void {
    this.recorder.register(packed(urls))
    this.recorder.allRegistered()
    this.recorder.tellLeft()
  }

  /** Records States at their times. */
  record(...states: readonly State[]): void {
    const batch = new StateBatch()
    for (const state of states) batch.add(state)
    this.recorder.receive(batch.take(), null)
  }

  /** Moves the clock on to a time after the beginning, in ms, as the thread does that writes every two seconds. */
  run(toMs: number): void {
    const until = this.#begin + toMs
    this.#flush()
    while (this.now < until) {
      this.now = Math.min(until, this.now + 10_000)
      this.#flush()
    }
  }

  #flush(): void {
    this.recorder.maintenance.advance()
    this.history.flush()
  }

  ask<Q extends HistoryQuestion>(question: Q): Promise<HistoryAnswers[Q['type']]> {
    return Promise.resolve(this.#questions.handle(question) as HistoryAnswers[Q['type']])
  }
}

/** URLs as main sends them, with ids from 0 on. */
export function packed(urls: readonly { readonly url: string; readonly labels?: string }[]): ArrayBuffer {
  const packer = new Packer()
  for (const [id, { url, labels = '' }] of urls.entries())
    packUrl(packer, {
      ...NEW_URL,
      id: id as ResourceId,
      url,
      labels,
      settling: null,
      settings: null,
      place: null,
      earlier: null,
    })
  return packer.take()
}
