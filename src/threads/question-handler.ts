import type { MessagePort } from 'node:worker_threads'
import type { ResourceId } from '../resource/resource.ts'
import type { ChangeAnswer, Position, SummaryAnswer, UrlRows } from '../api/api-recorder.ts'
import type { FoundUrls, UrlFilter, UrlSearch } from '../api/url-query.ts'
import type { WallLabels, WallPart } from '../api/wall-part.ts'
import type { WallNews, WallPosition } from '../api/wall-recorder.ts'
import type { Totals } from '../metrics/metrics-recorder.ts'
import type { UrlStates } from '../api/url-states.ts'
import type { UrlPage } from '../metrics/url-page.ts'
import type { MonitorAnswer, MonitorQuestion } from './web-protocol.ts'
import { answerInTurns } from './requests.ts'

type Answer = MonitorAnswer<MonitorQuestion['type']>

/** What the monitor has recorded, as questions use it. */
interface QuestionTargets {
  readonly metrics: {
    totals(): Totals
    urls(from: number, limit: number): UrlPage
  }
  readonly api: {
    summary(): SummaryAnswer
    find(search: UrlSearch): Promise<FoundUrls>
    rows(ids: readonly ResourceId[], filter: UrlFilter, polls: number): UrlRows
    changes(after: Position, limit: number): ChangeAnswer
    states(filter: UrlFilter, from: number): UrlStates
  }
  readonly wall: {
    labels(from: number): WallLabels
    part(by: string | null, from: number): WallPart & { readonly position: WallPosition }
    news(after: WallPosition): WallNews
  }
}

/** The monitor's end of the port that a web thread asks on. There is one at a time. */
export class QuestionHandler {
  readonly #targets: QuestionTargets
  #port: MessagePort | null = null

  constructor(targets: QuestionTargets) {
    this.#targets = targets
  }

  /** Answers what comes on this port, and nothing more on the one before. */
  listen(port: MessagePort): void {
    this.#port?.close()
    this.#port = port
    answerInTurns(port, (message: MonitorQuestion) => this.handle(message))
  }

  /** Returns the answer, or resolves with it. */
  handle(message: MonitorQuestion): Answer | Promise<Answer> {
    const { metrics, api, wall } = this.#targets
    switch (message.type) {
      case 'ping':
        return
      case 'totals':
        return metrics.totals()
      case 'urls':
        return metrics.urls(message.from, message.limit)
      case 'summary':
        return api.summary()
      case 'find':
        return api.find(message.search)
      case 'rows':
        return api.rows(message.ids, message.filter, message.polls)
      case 'changes':
        return api.changes(message.after, message.limit)
      case 'wallLabels':
        return wall.labels(message.from)
      case 'wallPart':
        return wall.part(message.by, message.from)
      case 'wallNews':
        return wall.news(message.after)
      case 'states':
        return api.states(message.filter, message.from)
      default:
        return message satisfies never
    }
  }
}
