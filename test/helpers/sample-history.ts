import type {
  HistoryAnswers,
  HistoryBucket,
  HistoryQuestion,
  IncidentAnswer,
  UptimeAnswer,
} from '../../src/history/record/history-question.ts'
import { noise } from './random.ts'

const [HOUR, DAY] = [3_600_000, 86_400_000]

const UPTIME: UptimeAnswer = {
  ratio: 0.9931,
  upSeconds: 85_200,
  downSeconds: 590,
  unknownSeconds: 120,
  maintenanceSeconds: 0,
  notWatchedSeconds: 490,
}

/** What a recorder would answer for a URL that was watched for long, whatever its name is. */
export class SampleRecorder {
  readonly #now: number
  readonly #urls: readonly string[]
  readonly #yearWatched: number

  /** `urls`: those of the incidents. `now`: in ms since the epoch. `yearWatched`: the share of the year. */
  constructor(urls: readonly string[], now = Date.now(), yearWatched = 0.15) {
    this.#urls = urls
    this.#now = now
    this.#yearWatched = yearWatched
  }

  ask<Q extends HistoryQuestion>(question: Q): Promise<HistoryAnswers[Q['type']]> {
    return Promise.resolve(this.#answer(question) as HistoryAnswers[Q['type']])
  }

  #answer(question: HistoryQuestion): HistoryAnswers[HistoryQuestion['type']] {
    switch (question.type) {
      case 'history': {
        const { from, to, urls } = question
        const stepMs = Math.max(300_000, Math.ceil((to - from) / 300 / 300_000) * 300_000)
        const first = Math.ceil(from / stepMs)
        const buckets = Array.from({ length: Math.floor(to / stepMs) - first }, (_, n) =>
          bucketOf(first + n, stepMs),
        )
        return { url: urls[0] ?? '', from, to, stepMs, uptime: UPTIME, maintenance: [], buckets }
      }
      case 'incidents': {
        const { urls } = question.filter
        const known = urls ?? this.#urls
        const incidents = known.flatMap((url, n) => this.#incidentsOf(url, n, urls !== null))
        return {
          incidents: incidents.toSorted((a, b) => b.begin - a.begin).slice(0, question.limit),
          next: null,
        }
      }
      case 'url':
        return { uptime: this.#uptime(), maintenance: false, latest: this.#latest() }
      case 'maintenance':
        return { urls: [] }
      case 'times':
        return { urls: question.urls.map(() => question.times.map(() => UPTIME)) }
      default:
        return question satisfies never
    }
  }

  #uptime() {
    const of = (ratio: number, watched: number) => ({ ratio, watched, maintenance: 0 })
    return {
      '24h': of(0.9931, 1),
      '7d': of(0.9986, 1),
      '30d': of(0.9997, 1),
      '90d': of(0.99984, 0.62),
      '1y': of(0.99984, this.#yearWatched),
    }
  }

  #latest() {
    return Array.from({ length: 50 }, (_, n) => {
      const isDown = n < 4 || n === 23
      const durationMs = isDown ? 10_000 : 40 + noise(n) * 160
      const at = this.#now - n * 30_000
      return isDown
        ? ({ at, verdict: 'down', reason: 'status', status: 503, durationMs } as const)
        : ({ at, verdict: 'up', reason: 'ok', status: 200, durationMs } as const)
    })
  }

  #incidentsOf(url: string, n: number, isAlone: boolean): IncidentAnswer[] {
    const begin = this.#now - 120_000 - n * 17 * 60_000
    const labels = '{"team":"web"}'
    const reason = (name: string, status: number | null, text: string, at: number, polls: number) => ({
      reason: name,
      status,
      text,
      at,
      polls,
    })
    const first: IncidentAnswer = {
      id: n * 10,
      url,
      labels,
      verdict: n % 4 === 3 ? 'unknown' : 'down',
      begin,
      end: n < 3 ? null : begin + 480_000,
      maintenance: false,
      reasons: [
        n % 4 === 3
          ? reason('parent', null, 'https://gateway.partner.example/ is down', begin, 3)
          : reason('status', 503, 'Service Unavailable', begin, 4),
      ],
    }
    if (!isAlone && n % 3 !== 0) return [first]
    const [earlier, old] = [begin - 10 * HOUR, begin - 14 * DAY]
    return [
      first,
      {
        ...first,
        id: n * 10 + 1,
        verdict: 'down',
        begin: earlier,
        end: earlier + 8 * 60_000,
        reasons: [
          reason('timeout', null, 'no answer in time (wait)', earlier, 12),
          reason('reset', null, 'connection reset', earlier + 90_000, 2),
        ],
      },
      {
        ...first,
        id: n * 10 + 2,
        verdict: 'down',
        begin: old,
        end: old + 4_300_000,
        reasons: [reason('tls-expired', null, 'the certificate has expired', old, 70)],
      },
    ]
  }
}

function bucketOf(number: number, stepMs: number): HistoryBucket {
  const at = number * stepMs
  const middle = 110 + 45 * Math.sin(at / (DAY / 6)) + noise(number) * 22
  const isMissing = number % 97 > 93
  const isDown = number % 61 > 58
  const polls = isMissing ? 0 : stepMs / 30_000
  const down = isDown ? Math.ceil(polls * 0.7) : 0
  const known = (ms: number) => (polls === 0 ? null : ms)
  return {
    at,
    polls,
    up: polls - down,
    down,
    unknown: 0,
    minMs: known(middle * 0.7),
    meanMs: known(middle * 1.05),
    maxMs: known(middle * 2.4),
    p50Ms: known(middle),
    p95Ms: known(middle * 1.5 + noise(number * 3) * 40),
  }
}
