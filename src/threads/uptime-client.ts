import type { MessagePort } from 'node:worker_threads'
import type { UptimeShare } from '../alerts/uptime-share.ts'
import type { HistoryAnswers, HistoryQuestion } from '../history/record/history-question.ts'
import { ThreadClient } from './thread-client.ts'

/** At most so many URLs are asked for in one question: the recorder works them out in one go. */
const MAX_URLS = 100

interface Waiting {
  readonly url: string
  readonly from: number
  readonly to: number
  readonly resolve: (share: UptimeShare) => void
}

/** Asks the recorder for uptimes, many in one question, and one question after the other. A new recorder may take the place of an old one. */
export class UptimeClient {
  readonly #report: (line: string) => void
  readonly #recorder = new ThreadClient('recorder', Error)
  /** Bounded by the URLs: each is asked for again when it has been answered. */
  readonly #waiting: Waiting[] = []
  #isAsking = false
  #isFailing = false

  /** `report` gets a line when the recorder begins to give no answers. */
  constructor(report: (line: string) => void) {
    this.#report = report
  }

  /** Asks the recorder at the other end of this port from now on. */
  setPort(port: MessagePort): void {
    this.#recorder.setPort(port)
  }

  /** The uptime of a URL over the `overMs` up to `now`. Never rejects. */
  uptimeOf(url: string, overMs: number, now: number): Promise<UptimeShare> {
    return new Promise((resolve) => {
      this.#waiting.push({ url, from: now - overMs, to: now, resolve })
      if (!this.#isAsking) void this.#askAll()
    })
  }

  async #askAll(): Promise<void> {
    this.#isAsking = true
    // Those that are asked for in one turn go together.
    await Promise.resolve()
    while (this.#waiting.length > 0) await this.#askSome()
    this.#isAsking = false
  }

  /** Asks for the first that have the same time. */
  async #askSome(): Promise<void> {
    const { from, to } = this.#waiting[0] as Waiting
    const others = this.#waiting.slice(0, MAX_URLS).findIndex((one) => one.from !== from || one.to !== to)
    const asked = this.#waiting.splice(0, others < 0 ? MAX_URLS : Math.min(others, MAX_URLS))
    const shares = await this.#shares(
      asked.map(({ url }) => url),
      from,
      to,
    )
    for (const [n, { resolve }] of asked.entries()) resolve(shares[n] ?? null)
  }

  async #shares(urls: readonly string[], from: number, to: number): Promise<readonly UptimeShare[]> {
    if (!this.#recorder.isThere) return []
    const question: HistoryQuestion = { type: 'times', urls, times: [[from, to]] }
    try {
      const answer = (await this.#recorder.ask(question)) as HistoryAnswers['times']
      this.#isFailing = false
      return answer.urls.map((times) => times?.[0]?.ratio ?? 'none')
    } catch (error) {
      if (!this.#isFailing) this.#report(`alerts: uptime is not known: ${(error as Error).message}`)
      this.#isFailing = true
      return []
    }
  }
}
