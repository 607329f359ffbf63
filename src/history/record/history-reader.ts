import type { History } from '../history.ts'
import { cursorAfter } from '../incidents.ts'
import type { Incident } from '../incidents.ts'
import { joined } from '../spans.ts'
import type { Span } from '../spans.ts'
import type { SumsBucket } from '../url-sums.ts'
import { parseLabels } from '../../resource/labels.ts'
import { UPTIME_PERIODS } from './history-question.ts'
import type {
  HistoryAnswers,
  HistoryBucket,
  HistoryQuestion,
  IncidentAnswer,
  IncidentFilter,
  UptimePeriod,
  UrlNow,
} from './history-question.ts'

/** Polls that are told of a URL. */
const LATEST_POLLS = 50

/** Lengths of buckets, in ms: the first that makes few enough is taken unless a request says another. */
const STEPS_MS = [5, 15, 30, 60, 120, 180, 360, 720, 1_440, 10_080, 43_200].map((minutes) => minutes * 60_000)
const DEFAULT_BUCKETS = 300

/** Times of maintenance in an answer: those with less than this part of the time between them are told as one. */
const MAX_SPANS = 1_000

/** Incidents in one reading, and readings for one question: whatever labels are asked for, the recorder soon does other work. */
const INCIDENTS_PER_READING = 500
const MAX_READINGS = 20

type Question<T extends HistoryQuestion['type']> = Extract<HistoryQuestion, { type: T }>

/** Answers questions from the history. Throws what the history throws. */
export class HistoryReader {
  readonly #history: History
  readonly #now: () => number

  /** `now`: in ms since the epoch. */
  constructor(history: History, now: () => number) {
    this.#history = history
    this.#now = now
  }

  /** How a URL was over a time. */
  history({ urls, from, to, stepMs }: Question<'history'>): HistoryAnswers['history'] {
    const id = this.#find(urls)
    if (id === null) return null
    const { step, buckets } = this.#history.series(id, from, to, stepMs ?? stepFor(to - from))
    return {
      url: this.#history.url(id)?.name ?? '',
      from,
      to,
      stepMs: step,
      uptime: this.#history.uptime(id, from, to),
      maintenance: shownSpans(this.#history.maintained(id, from, to), from, to),
      buckets: buckets.map(bucketOf),
    }
  }

  /** Incidents that touch a time. A page may have fewer than `limit`, and nevertheless a next one. */
  incidents({ filter, from, to, limit, cursor }: Question<'incidents'>): HistoryAnswers['incidents'] {
    const id = filter.urls === null ? null : this.#find(filter.urls)
    if (filter.urls !== null && id === null) return null
    const incidents: IncidentAnswer[] = []
    let next = cursor
    for (let reading = 0; reading < MAX_READINGS; reading++) {
      // Without labels all that are read are wanted.
      const most = filter.labels.length === 0 ? limit - incidents.length : INCIDENTS_PER_READING
      const ids = id === null ? {} : { ids: [id] }
      const page = this.#history.incidents({ ...ids, from, to, limit: most, cursor: next })
      for (const incident of page.incidents) {
        const answer = this.#incident(incident)
        if (!hasLabels(answer.labels, filter)) continue
        incidents.push(answer)
        if (incidents.length === limit) {
          const isLast = incident === page.incidents.at(-1) && page.next === null
          return { incidents, next: isLast ? null : cursorAfter(incident) }
        }
      }
      ;({ next } = page)
      if (next === null) break
    }
    return { incidents, next }
  }

  /** What one URL shows of its history now. */
  url({ urls }: Question<'url'>): HistoryAnswers['url'] {
    const id = this.#find(urls)
    if (id === null) return null
    const now = this.#now()
    const latest = this.#history
      .polls(id, LATEST_POLLS)
      .map(({ at, verdict, reason, status, durationMs }) => {
        return { at, verdict, reason, status: status === 0 ? null : status, durationMs }
      })
    const uptime = Object.entries(UPTIME_PERIODS).map(([period, ms]) => {
      const { ratio, upSeconds, downSeconds, unknownSeconds, maintenanceSeconds } = this.#history.uptime(
        id,
        now - ms,
        now,
      )
      const watchedMs = 1_000 * (upSeconds + downSeconds + unknownSeconds + maintenanceSeconds)
      return [period, { ratio, watched: watchedMs / ms, maintenance: (1_000 * maintenanceSeconds) / ms }]
    })
    return {
      uptime: Object.fromEntries(uptime) as Record<UptimePeriod, UrlNow['uptime'][UptimePeriod]>,
      maintenance: this.#history.maintenance.has(id),
      latest,
    }
  }

  /** Which URLs are in maintenance now. */
  maintenance({ urls }: Question<'maintenance'>): HistoryAnswers['maintenance'] {
    const { maintenance } = this.#history
    if (maintenance.isEmpty) return { urls: [] }
    return { urls: urls.filter((url) => maintenance.has(this.#history.find(url) ?? -1)) }
  }

  /** How long URLs were what. */
  times({ urls, times }: Question<'times'>): HistoryAnswers['times'] {
    return {
      urls: urls.map((url) => {
        const id = this.#history.find(url)
        return id === null ? null : times.map(([from, to]) => this.#history.uptime(id, from, to))
      }),
    }
  }

  #find(urls: readonly string[]): number | null {
    for (const url of urls) {
      const id = this.#history.find(url)
      if (id !== null) return id
    }
    return null
  }

  #incident({ id, url, verdict, begin, end, maintenance, reasons }: Incident): IncidentAnswer {
    const known = this.#history.url(url)
    return {
      id,
      url: known?.name ?? '',
      labels: known?.labels ?? '',
      verdict,
      begin,
      end,
      maintenance,
      reasons: reasons.map(({ reason, status, seen, at, polls }) => {
        return { reason, status: status === 0 ? null : status, text: seen, at, polls }
      }),
    }
  }
}

/** Spans within a time, those that are close to each other as one. */
function shownSpans(spans: readonly Span[], from: number, to: number): Span[] {
  const gap = (to - from) / MAX_SPANS
  const within = spans.map(({ begin, end }) => ({
    begin: Math.max(begin, from),
    end: Math.min(end, to) + gap,
  }))
  return joined(within).map(({ begin, end }) => ({ begin, end: Math.round(end - gap) }))
}

function stepFor(range: number): number {
  return STEPS_MS.find((step) => range / step <= DEFAULT_BUCKETS) ?? (STEPS_MS.at(-1) as number)
}

function bucketOf({ at, polls, up, down, unknown, min, mean, max, p50, p95 }: SumsBucket): HistoryBucket {
  return { at, polls, up, down, unknown, minMs: min, meanMs: mean, maxMs: max, p50Ms: p50, p95Ms: p95 }
}

function hasLabels(text: string, { labels }: IncidentFilter): boolean {
  if (labels.length === 0) return true
  const known = parseLabels(text)
  return labels.every(([name, value]) => Object.hasOwn(known, name) && known[name] === value)
}
