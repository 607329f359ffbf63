import { withTimeout } from '../../runtime/with-timeout.ts'
import type { UptimeAnswer } from '../../history/record/history-question.ts'
import type { PublicPage } from '../../settings/public-page.ts'
import type { PageHistory, PastIncident, Spent } from '../public/page-history.ts'
import { timeText } from '../public/wording.ts'
import { readIncidents } from './read-incidents.ts'
import { RecorderError } from './recorder-client.ts'
import type { RecorderClient } from './recorder-client.ts'

const DAY_MS = 86_400_000

/** History is asked again after this long, in ms. */
const REFRESH_MS = 60_000

/** History that was last read so long ago is old, in ms. */
const OLD_MS = 5 * REFRESH_MS

/** A page waits for history this long, in ms; then it is made with what was known before. */
const PATIENCE_MS = 2_000

/** A day that has been over for this long does not change any more, in ms. */
const SETTLED_MS = 120_000

/** Times of URLs in one question: the recorder soon does other work. */
const TIMES_PER_QUESTION = 400

/** Incidents that are read; some may be of URLs without a title. */
const MAX_INCIDENTS = 200

const NONE: ReadonlySet<string> = new Set()

type PastUrls = Map<string, { readonly days: readonly Spent[]; readonly all: Spent }>

/** Reads what was of the URLs of a page. Days that are over are asked for once. */
export class PastReader {
  readonly #recorder: Pick<RecorderClient, 'ask'>
  readonly #page: PublicPage
  #past: PageHistory | null = null
  #maintained = { urls: NONE, at: Number.NEGATIVE_INFINITY }
  #readAt = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | null = null
  /** By URL, then by the begin of the day. Bounded by the URLs and days of the page. */
  #settled = new Map<string, ReadonlyMap<number, Spent>>()

  constructor(recorder: Pick<RecorderClient, 'ask'>, page: PublicPage) {
    this.#recorder = recorder
    this.#page = page
  }

  /** What was; null while it is not known. `now`: in ms since the epoch. Rejects only for a bug. */
  async read(urls: readonly string[], now: number): Promise<PageHistory | null> {
    // A clock that was set back counts as well.
    if (Math.abs(now - this.#readAt) >= REFRESH_MS)
      this.#reading ??= this.#readAgain(urls, now).finally(() => (this.#reading = null))
    if (this.#reading !== null) await withTimeout(this.#reading, PATIENCE_MS)
    return this.#past
  }

  /** What a page says of what `read` returned if it can't be read now; null: it is as it should be. */
  note(now: number): string | null {
    if (this.#past === null) return 'What was before is not known now.'
    if (now - this.#readAt < OLD_MS) return null
    return `What was before is as of ${timeText(this.#readAt)}: it is not known since.`
  }

  /** The URLs that are in maintenance, as far as that is known in time. `now`: in ms since the epoch. Rejects only for a bug. */
  async maintained(urls: readonly string[], now: number): Promise<ReadonlySet<string>> {
    const asking = this.#recorder.ask({ type: 'maintenance', urls }).then(
      (answer) => {
        this.#maintained = { urls: new Set(answer.urls), at: now }
      },
      (error: unknown) => {
        // It is being replaced: what was known stays, for a while.
        if (!(error instanceof RecorderError)) throw error
      },
    )
    await withTimeout(asking, PATIENCE_MS)
    return now - this.#maintained.at < OLD_MS ? this.#maintained.urls : NONE
  }

  async #readAgain(urls: readonly string[], now: number): Promise<void> {
    const { days: count, match: labels } = this.#page
    const today = now - (now % DAY_MS)
    const days = Array.from({ length: count }, (_, day) => today - (count - 1 - day) * DAY_MS)
    const from = days[0] ?? today
    try {
      const known = await this.#urls(urls, days, now)
      const found = await readIncidents(
        this.#recorder,
        { filter: { urls: null, labels }, from, to: now, limit: MAX_INCIDENTS },
        ({ verdict }) => verdict === 'down',
      )
      const incidents: PastIncident[] = (found ?? []).map(({ url, begin, end, maintenance }) => {
        return { url, begin, end, maintenance }
      })
      this.#past = { days, urls: known, incidents }
      this.#readAt = now
    } catch (error) {
      // It is being replaced: what was known stays.
      if (!(error instanceof RecorderError)) throw error
    }
  }

  async #urls(urls: readonly string[], days: readonly number[], now: number): Promise<PastUrls> {
    const settled = new Map<string, ReadonlyMap<number, Spent>>()
    const past: PastUrls = new Map()
    // URLs of which the same days are known are asked for together.
    const groups = Map.groupBy(urls, (url) => this.#openDays(url, days, now).join())
    for (const group of groups.values()) {
      const open = this.#openDays(group[0] ?? '', days, now)
      const times = open.map((day): [number, number] => [day, Math.min(day + DAY_MS, now)])
      const all: [number, number] = [now - this.#page.days * DAY_MS, now]
      const size = Math.max(1, Math.floor(TIMES_PER_QUESTION / (times.length + 1)))
      for (let at = 0; at < group.length; at += size) {
        const some = group.slice(at, at + size)
        const answer = await this.#recorder.ask({ type: 'times', urls: some, times: [...times, all] })
        for (const [index, url] of some.entries()) {
          const known = answer.urls[index]
          if (known == null) continue
          const byDay = new Map(this.#settled.get(url))
          for (const [number, day] of open.entries()) byDay.set(day, spentOf(known[number]))
          past.set(url, {
            days: days.map((day) => byDay.get(day) ?? spentOf(undefined)),
            all: spentOf(known.at(-1)),
          })
          settled.set(
            url,
            new Map([...byDay].filter(([day]) => isSettled(day, now) && day >= (days[0] ?? 0))),
          )
        }
      }
    }
    this.#settled = settled
    return past
  }

  /** The days of which a URL has to be asked for. */
  #openDays(url: string, days: readonly number[], now: number): number[] {
    const known = this.#settled.get(url)
    return days.filter((day) => known?.has(day) !== true || !isSettled(day, now))
  }
}

function isSettled(day: number, now: number): boolean {
  return day + DAY_MS + SETTLED_MS <= now
}

function spentOf(answer: UptimeAnswer | undefined): Spent {
  return {
    up: answer?.upSeconds ?? 0,
    down: answer?.downSeconds ?? 0,
    unknown: answer?.unknownSeconds ?? 0,
    maintenance: answer?.maintenanceSeconds ?? 0,
  }
}
