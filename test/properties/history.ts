import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { DURATION_ERROR } from '../../src/history/duration-code.ts'
import { History } from '../../src/history/history.ts'
import { HISTORY_VERDICTS, PollBatch } from '../../src/history/poll-batch.ts'
import type { Span } from '../../src/history/watched-spans.ts'
import { REASONS } from '../../src/state/reasons.ts'
import { incidentsByModel, sumsByModel, uptimeByModel } from '../helpers/history-model.ts'
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
  | { readonly type: 'restart'; readonly killed: boolean; readonly gapMs: number }
  | { readonly type: 'wait'; readonly ms: number }

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
)

/** A history and what it was told, written down. */
class Recorded {
  readonly #directory = mkdtempSync(join(tmpdir(), 'headcount-history-'))
  #file = join(this.#directory, '0.db')
  #files = 1
  #now = START
  #flushed = START
  history = this.#open()
  /** Told and flushed, and told only. */
  polls: RawPoll[] = []
  #unflushed: RawPoll[] = []
  readonly watched: { begin: number; end: number }[] = []
  readonly #batch = new PollBatch()

  constructor() {
    this.history.urls(
      Array.from({ length: 1_001 }, (_, index) => ({ key: `${index}`, name: '', labels: '' })),
    )
    this.#begin()
  }

  get now(): number {
    return this.#now
  }

  apply(what: Event): void {
    if (what.type === 'wait') this.#wait(what.ms)
    else if (what.type === 'restart') this.#restart(what.killed, what.gapMs)
    else if (what.type === 'leave') {
      this.history.leave([what.url], this.#now)
      // It commits what was recorded before.
      this.#committed()
      this.polls.push({ url: what.url, at: this.#now, verdict: null, reason: '', ms: 0 })
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
    this.#unflushed.push(poll)
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
    const span = this.watched.at(-1)
    if (span !== undefined) span.end = this.#now
    this.polls.push(...this.#unflushed)
    this.#unflushed = []
  }

  #begin(): void {
    this.watched.push({ begin: this.#now, end: this.#now })
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
    this.history = this.#open()
    this.#begin()
  }

  #open(): History {
    return History.open(this.#file, {
      sizeLimit: 1e9,
      blocksPerFlush: 1,
      now: () => this.#now,
      warn: (line) => {
        throw new Error(line)
      },
    })
  }

  close(): void {
    this.history.close()
    rmSync(this.#directory, { recursive: true })
  }
}

function assertSame<T>(actual: T, wanted: T, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(wanted)]
  if (a !== b) throw new Error(`${what}: ${a}, and the model says ${b}`)
}

function assertNear(actual: number | null, wanted: number | undefined, what: string): void {
  if (actual === null || wanted === undefined) return assertSame(actual, wanted ?? null, what)
  if (Math.abs(actual / wanted - 1) > DURATION_ERROR + 1e-4)
    throw new Error(`${what}: ${actual}, and the model says ${wanted}`)
}

function checkUrl({ history, polls, watched, now }: Recorded, id: number, from: number, to: number): void {
  const own = polls.filter((poll) => poll.url === id)
  const { upSeconds, downSeconds, unknownSeconds, maintenanceSeconds, notWatchedSeconds } = history.uptime(
    id,
    from,
    to,
  )
  const wanted = uptimeByModel(own, watched as Span[], from, to)
  const seconds = [upSeconds, downSeconds, unknownSeconds, maintenanceSeconds, notWatchedSeconds]
  assertSame(
    seconds.map((s) => s.toFixed(3)),
    Object.values(wanted).map((s) => s.toFixed(3)),
    `uptime of ${id}`,
  )
  for (const step of [300_000, 3_600_000, 86_400_000]) checkSums(history, own, id, step, now)
  const incidents = history.incidents({ ids: [id], from: START, to: now + 1, limit: 1_000 }).incidents
  const shown = incidents.toReversed().map(({ verdict, begin, end, reasons }) => ({
    verdict: HISTORY_VERDICTS.indexOf(verdict),
    begin,
    end,
    reasons: reasons.map(({ reason, polls: count }) => [reason, count]),
  }))
  assertSame(shown as unknown, incidentsByModel(own) as unknown, `incidents of ${id}`)
  const latest = history.polls(id, 20).map(({ at, verdict }) => [at, HISTORY_VERDICTS.indexOf(verdict)])
  const raw = own.filter(({ verdict }) => verdict !== null).map(({ at, verdict }) => [at, verdict])
  assertSame(latest as unknown, raw.toReversed().slice(0, 20) as unknown, `polls of ${id}`)
}

function checkSums(history: History, own: readonly RawPoll[], id: number, step: number, now: number): void {
  const { buckets } = history.series(id, START - 86_400_000, now + 1, step)
  const wanted = sumsByModel(own, step)
  assertSame(
    buckets.map(({ at, up, down, unknown, maintenance }) => ({
      at,
      counts: [up, down, unknown, maintenance],
    })),
    wanted.map(({ at, counts }) => ({ at, counts })),
    `sums of ${id}`,
  )
  for (const [index, { durations }] of wanted.entries()) {
    const bucket = buckets[index]
    if (bucket === undefined) continue
    const mean =
      durations.length === 0 ? undefined : durations.reduce((sum, ms) => sum + ms, 0) / durations.length
    const rank = (share: number): number | undefined =>
      durations[Math.max(0, Math.ceil(share * durations.length) - 1)]
    assertNear(bucket.min, durations[0], 'min')
    assertNear(bucket.max, durations.at(-1), 'max')
    assertNear(bucket.mean, mean, 'mean')
    assertNear(bucket.p50, rank(0.5), 'p50')
    assertNear(bucket.p95, rank(0.95), 'p95')
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
          for (const id of URLS) checkUrl(recorded, id, START + from, START + from + length)
        } finally {
          recorded.close()
        }
      },
    ),
  ),
]
