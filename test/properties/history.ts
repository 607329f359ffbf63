import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { History } from '../../src/history/history.ts'
import { HISTORY_VERDICTS, PollBatch } from '../../src/history/poll-batch.ts'
import { MAX_SET_BACK_MS } from '../../src/history/watched-spans.ts'
import { REASONS } from '../../src/state/reasons.ts'
import { checkUrl } from '../helpers/history-checks.ts'
import type { RawPoll } from '../helpers/history-model.ts'
import { property } from '../helpers/property.ts'

const START = Date.UTC(2026, 2, 1, 23, 50)
const FLUSH_MS = 2_000
/** Ids on both sides of the end of a block. */
const URLS = [1, 998, 999, 1_000, 1_001]

type Event =
  | {
      readonly type: 'polls'
      readonly url: number
      readonly verdict: number
      readonly reason: string
      readonly ms: number[]
      readonly everyMs: number
    }
  | { readonly type: 'leave'; readonly url: number }
  | { readonly type: 'maintenance'; readonly url: number; readonly isIn: boolean }
  | { readonly type: 'restart'; readonly killed: boolean; readonly gapMs: number }
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'setBack'; readonly ms: number }

interface Maintained {
  readonly url: number
  readonly begin: number
  end: number
}

const url = fc.constantFrom(...URLS)
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('polls' as const),
      url,
      verdict: fc.nat(HISTORY_VERDICTS.length - 1),
      reason: fc.constantFrom('timeout', 'status', 'dns'),
      ms: fc.array(fc.double({ min: 0.1, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 6 }),
      everyMs: fc.integer({ min: 1, max: 40_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('leave' as const), url }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('maintenance' as const), url, isIn: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('restart' as const),
      killed: fc.boolean(),
      gapMs: fc.integer({ min: 0, max: 5_000_000 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 1_000_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('setBack' as const),
      ms: fc.integer({ min: MAX_SET_BACK_MS + 1, max: 1_000_000 }),
    }),
  },
)

/** A history and what was recorded in it. */
class Recorded {
  readonly #directory = mkdtempSync(join(tmpdir(), 'headcount-history-'))
  #file = join(this.#directory, '0.db')
  #files = 1
  #now = START
  #flushed = START
  history = this.#open()
  /** Recorded and flushed, and recorded only. */
  polls: RawPoll[] = []
  #unflushed: RawPoll[] = []
  /** When URLs were in maintenance, as the file has it, and what it does not have yet. Those that go on have no end. */
  maintenance: Maintained[] = []
  #changes: { readonly url: number; readonly isIn: boolean; readonly at: number }[] = []
  /** The latest of them. */
  #maintainedAt = 0
  /** The latest time that the history was told, and the latest from which the clock was set back. */
  #latest = START
  #recordedUntil = 0
  /** The latest time of earlier runs: what comes after it is not before it. */
  #floor = 0
  /** The first poll since the last flush. */
  #firstPoll: number | null = null
  /** The last of `watched`, while it goes on. */
  #span: { begin: number; end: number } | null = null
  readonly watched: { begin: number; end: number }[] = []
  readonly #batch = new PollBatch()

  constructor() {
    this.history.urls(
      Array.from({ length: 1_001 }, (_, index) => ({ key: `${index}`, name: '', labels: '' })),
    )
    this.#begin()
  }

  apply(what: Event): void {
    if (what.type === 'wait') this.#wait(what.ms)
    else if (what.type === 'restart') this.#restart(what.killed, what.gapMs)
    else if (what.type === 'setBack') this.#setBack(what.ms)
    else if (what.type === 'maintenance') this.#maintain(what.url, what.isIn)
    else if (what.type === 'leave') {
      this.history.leave([what.url], this.#now)
      // It commits what was recorded before.
      this.#committed()
      const last = this.polls.findLast((poll) => poll.url === what.url)?.at ?? 0
      this.polls.push({
        url: what.url,
        at: Math.max(this.#now, last, this.#floor),
        verdict: null,
        reason: '',
        ms: 0,
      })
    } else
      for (const ms of what.ms) {
        this.#wait(what.everyMs)
        this.#poll({ url: what.url, at: this.#now, verdict: what.verdict, reason: what.reason, ms })
      }
  }

  #poll(poll: RawPoll): void {
    const { verdict } = poll
    if (verdict === null) return
    this.#batch.clear()
    const reason = REASONS.findIndex((name) => name === poll.reason)
    this.#batch.add(poll.url, poll.at, verdict, reason, 0, poll.ms)
    this.history.record(this.#batch)
    this.#sawClock()
    if (this.#isBehind) return
    const at = Math.max(poll.at, this.#floor)
    this.#unflushed.push({ ...poll, at })
    this.#firstPoll ??= at
  }

  #maintain(id: number, isIn: boolean): void {
    const wasIn =
      this.#changes.findLast((one) => one.url === id)?.isIn ??
      this.maintenance.some((one) => one.url === id && one.end === Infinity)
    this.history.maintain([[id, isIn]], this.#now)
    if (isIn !== wasIn) this.#sawClock()
    const at = Math.max(this.#now, this.#maintainedAt, this.#recordedUntil, this.#floor)
    this.#maintainedAt = at
    this.#changes.push({ url: id, isIn, at })
  }

  /** The file has the changes. */
  #maintained(): void {
    for (const { url: id, isIn, at } of this.#changes) {
      const open = this.maintenance.find((one) => one.url === id && one.end === Infinity)
      if (!isIn && open !== undefined) open.end = at
      if (isIn && open === undefined) this.maintenance.push({ url: id, begin: at, end: Infinity })
    }
    this.#changes = []
  }

  #sawClock(): void {
    this.#latest = Math.max(this.#latest, this.#now)
  }

  get #isBehind(): boolean {
    return this.#now < this.#recordedUntil
  }

  #setBack(ms: number): void {
    this.#now -= ms
    if (this.#now < this.#latest - MAX_SET_BACK_MS) this.#recordedUntil = this.#latest
    this.#begin()
  }

  #wait(ms: number): void {
    const until = this.#now + ms
    while (this.#flushed + FLUSH_MS * 5 <= until) {
      this.#now = this.#flushed + FLUSH_MS * 5
      this.flush()
    }
    this.#now = until
  }

  flush(): void {
    this.history.flush()
    this.#committed()
  }

  #committed(): void {
    this.#flushed = this.#now
    this.#maintained()
    this.#sawClock()
    // Until the clock has passed what was recorded, nothing is watched.
    if (this.#isBehind) this.#span = null
    else {
      if (this.#span === null) {
        this.#span = { begin: this.#firstPoll ?? this.#now, end: this.#now }
        this.watched.push(this.#span)
      }
      this.#span.end = this.#now
    }
    this.#firstPoll = null
    this.polls.push(...this.#unflushed)
    this.#unflushed = []
  }

  #begin(): void {
    this.#span = null
    this.flush()
  }

  /** A killed process leaves what the files hold: a copy of them is that. */
  #restart(killed: boolean, gapMs: number): void {
    if (killed) {
      const copy = join(this.#directory, `${this.#files++}.db`)
      for (const part of ['', '-wal'])
        if (existsSync(`${this.#file}${part}`)) copyFileSync(`${this.#file}${part}`, `${copy}${part}`)
      this.#unflushed = []
      this.history.close()
      this.#file = copy
    } else {
      this.flush()
      this.history.close()
    }
    this.#now += gapMs
    this.#firstPoll = null
    // What the file says of earlier runs.
    this.#latest = Math.max(...this.watched.map(({ end }) => end))
    this.#floor = this.#latest
    this.#recordedUntil = this.#now < this.#latest - MAX_SET_BACK_MS ? this.#latest : 0
    this.#changes = []
    for (const one of this.maintenance) if (one.end === Infinity) one.end = Math.max(one.begin, this.#floor)
    this.#maintainedAt = this.#floor
    this.history = this.#open()
    this.#begin()
  }

  #open(): History {
    return History.open(this.#file, {
      sizeLimit: 1e9,
      blocksPerFlush: 1,
      now: () => this.#now,
      warn: (line) => {
        if (!line.includes('the clock was set back')) throw new Error(line)
      },
    })
  }

  close(): void {
    this.history.close()
    rmSync(this.#directory, { recursive: true })
  }
}

/** Uptime, sums, incidents, percentiles and latest polls are what raw polls say, whatever happens to the process. */
export const HISTORY_PROPERTIES = [
  property('a history says what raw polls say', 30, () =>
    fc.property(
      fc.array(event, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: -1_000_000, max: 10_000_000 }),
      fc.integer({ min: 0, max: 10_000_000 }),
      (events, from, length) => {
        const recorded = new Recorded()
        try {
          for (const what of events) recorded.apply(what)
          recorded.flush()
          for (const id of URLS) {
            const polls = recorded.polls.filter((poll) => poll.url === id)
            const { history, watched } = recorded
            const maintenance = recorded.maintenance.filter((one) => one.url === id)
            checkUrl(history, id, { polls, watched, maintenance }, START + from, START + from + length)
          }
        } finally {
          recorded.close()
        }
      },
    ),
  ),
]
