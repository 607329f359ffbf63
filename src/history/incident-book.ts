import { UP } from './poll-batch.ts'
import { BLOCK } from './poll-words.ts'
import { blockOf } from './resolutions.ts'
import { cut } from '../resource/shorten.ts'
import type { Database, Statement } from '../sqlite/database.ts'
import { NO_VERDICT } from './url-states.ts'
import type { UrlStates } from './url-states.ts'

/** Longest text of what was seen, in UTF-16 units. */
const MAX_SEEN = 500
/** Rows of reasons of one incident. A URL that changes more often is counted in the last. */
const MAX_REASONS = 50

/** What a poll says: codes, and a text for people. */
export interface Observation {
  readonly url: number
  readonly at: number
  readonly verdict: number
  readonly reason: number
  readonly status: number
  readonly seen: string
  /** 0 for what is known without a poll. */
  readonly polls: 0 | 1
}

/** Writes incidents, and when URLs were in the list, at the polls that change them. Statements run within the transaction of a flush. */
export class IncidentBook {
  readonly #states: UrlStates
  readonly #sql: Readonly<Record<keyof typeof SQL, Statement>>
  /** URLs whose row of reasons is of this transaction, with the polls that it was written with. */
  readonly #fresh = new Map<number, number>()
  /** Blocks with counts that are not written. */
  readonly #uncounted = new Set<number>()

  constructor(db: Database, states: UrlStates) {
    this.#states = states
    this.#sql = {
      beginSpan: db.prepare(SQL.beginSpan),
      endSpan: db.prepare(SQL.endSpan),
      begin: db.prepare(SQL.begin),
      end: db.prepare(SQL.end),
      reason: db.prepare(SQL.reason),
      count: db.prepare(SQL.count),
    }
  }

  /** Whether a poll is told already by what is known. It is counted. No object is made for it. */
  isSame(url: number, verdict: number, reason: number, status: number, polls: 0 | 1): boolean {
    const { verdicts, reasons, statuses } = this.#states
    if (verdicts[url] !== verdict + 1) return false
    if (verdict === UP) return true
    if (reasons[url] !== reason || statuses[url] !== status) return false
    if (polls > 0) this.count(url)
    return true
  }

  /** One more poll for the last row of reasons of an incident. */
  count(url: number): void {
    this.#states.polls[url] = (this.#states.polls[url] as number) + 1
    this.#uncounted.add(blockOf(url))
  }

  /** A poll that is not told already. `seq`: the row of the journal that will have it. */
  change(seen: Observation, seq: number): void {
    const { url, verdict, reason, status } = seen
    const states = this.#states
    const known = states.verdicts[url] as number
    if (known === NO_VERDICT) this.#sql.beginSpan.run(url, seen.at)
    if (known === verdict + 1) this.#changeReason(seen, seq)
    else {
      this.#endIncident(url, seen.at, seq)
      states.verdicts[url] = verdict + 1
      if (verdict !== UP) this.#beginIncident(seen, seq)
    }
    states.reasons[url] = reason
    states.statuses[url] = status
  }

  /** A URL has left the list. */
  leave(url: number, at: number, seq: number): void {
    const states = this.#states
    if (states.verdicts[url] === NO_VERDICT) return
    const end = Math.max(at, states.lastAt[url] as number)
    this.#endIncident(url, end, seq)
    states.verdicts[url] = NO_VERDICT
    states.lastAt[url] = end
    this.#sql.endSpan.run(end, url)
  }

  #beginIncident(seen: Observation, seq: number): void {
    const { lastInsertRowid } = this.#sql.begin.run(seen.url, seen.verdict, seen.at)
    this.#states.incidents[seen.url] = Number(lastInsertRowid)
    this.#states.reasonNumbers[seen.url] = 0
    this.#addReason(seen, seq)
  }

  #changeReason(seen: Observation, seq: number): void {
    const { url } = seen
    if (this.#states.reasonNumbers[url] === MAX_REASONS) {
      if (seen.polls > 0) this.count(url)
      return
    }
    this.#writeCount(url, seq)
    this.#addReason(seen, seq)
  }

  #addReason({ url, at, reason, status, seen, polls }: Observation, seq: number): void {
    const states = this.#states
    const number = (states.reasonNumbers[url] as number) + 1
    states.reasonNumbers[url] = number
    states.polls[url] = polls
    this.#fresh.set(url, polls)
    this.#sql.reason.run(
      states.incidents[url] as number,
      number,
      at,
      reason,
      status,
      polls,
      cut(seen, MAX_SEEN),
      seq,
    )
  }

  #endIncident(url: number, at: number, seq: number): void {
    const incident = this.#states.incidents[url] as number
    if (incident === 0) return
    this.#writeCount(url, seq)
    this.#sql.end.run(at, incident)
    this.#states.incidents[url] = 0
  }

  #writeCount(url: number, seq: number): void {
    const { incidents, reasonNumbers, polls } = this.#states
    this.#sql.count.run(polls[url] as number, seq, incidents[url] as number, reasonNumbers[url] as number)
    this.#fresh.delete(url)
  }

  /** Before each commit: counts of rows that this transaction wrote. */
  writeFresh(seq: number): void {
    for (const [url, polls] of this.#fresh)
      if (this.#states.incidents[url] !== 0 && this.#states.polls[url] !== polls) this.#writeCount(url, seq)
    this.#fresh.clear()
  }

  /** Before the journal of a block goes: the counts that could only be told from it. */
  writeBlock(block: number, seq: number): void {
    if (!this.#uncounted.delete(block)) return
    const { incidents } = this.#states
    const end = Math.min((block + 1) * BLOCK, incidents.length)
    for (let url = block * BLOCK; url < end; url++) if (incidents[url] !== 0) this.#writeCount(url, seq)
  }
}

const SQL = {
  beginSpan: 'INSERT OR REPLACE INTO url_spans (url, begin) VALUES (?, ?)',
  endSpan: 'UPDATE url_spans SET "end" = ? WHERE url = ? AND "end" IS NULL',
  begin: 'INSERT INTO incidents (url, verdict, begin) VALUES (?, ?, ?)',
  end: 'UPDATE incidents SET "end" = ? WHERE id = ?',
  reason:
    'INSERT INTO incident_reasons (incident, number, at, reason, status, polls, seen, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  count: 'UPDATE incident_reasons SET polls = ?, seq = ? WHERE incident = ? AND number = ?',
} as const
