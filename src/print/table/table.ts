import type { ResourceId } from '../../resource/resource.ts'
import type { SentState } from '../../state/batch.ts'
import type { StateMap } from '../../state/map.ts'
import { threadCpuMs } from '../../cpu.ts'
import { LogPrinter } from '../log-printer.ts'
import type { ScreenOptions } from '../options.ts'
import type { Printer, Sink } from '../printer.ts'
import type { Ledger, Summary } from '../summary.ts'
import { frame, rowsThatFit } from './frame.ts'
import { keysIn } from './keys.ts'
import { Painter } from './painter.ts'
import type { Canvas } from './painter.ts'
import { Ranking } from './ranking.ts'
import { Recent } from './recent.ts'
import { Shares, Stats } from './stats.ts'
import { coloured, plain } from './style.ts'
import { press, START, without } from './ui.ts'
import type { Ui } from './ui.ts'
import type { Page, Row, Size, Vitals } from './view.ts'

/** Between two frames, in ms, at least. */
const FRAME_MS = 100

/** Between two frames, in ms, at most. */
const LONGEST_MS = 1_000

/** The thread draws at most one part of this many of its time: States come first. */
const SHARE = 10

/** A frame looks for rows for this long at most, in ms. */
const SCAN_MS = 4

/** Between two countings of rates and percentiles, in ms. */
const VITALS_MS = 1_000

/** Lines of standard error that are kept. */
const MOST_ERRORS = 20

/** What the monitor knows when a frame is drawn. */
export interface Live {
  readonly map: StateMap
  readonly ledger: Ledger
  /** CPU time of each poller since its start, in ms. */
  readonly pollersCpuMs: readonly number[]
}

/** The live view on a terminal. `now` is the monotonic clock, in ms; `quit` is called when the person asks for the end. */
export class Table implements Printer {
  readonly #options: ScreenOptions
  readonly #out: Canvas & Sink
  readonly #painter: Painter
  readonly #now: () => number
  readonly #quit: () => void
  readonly #stats = new Stats()
  readonly #shares = new Shares()
  readonly #recent = new Recent()
  #errors: string[] = []
  #ui: Ui = START
  #size: Size
  #live: (() => Live) | null = null
  #ranking: Ranking | null = null
  #first = 0
  #timer: NodeJS.Timeout | undefined
  #counted: Pick<Vitals, 'pollsPerSecond' | 'lateMs' | 'pollers' | 'duration' | 'answers'> | null = null
  #countedAt = 0

  constructor(options: ScreenOptions, out: Canvas & Sink, now: () => number, quit: () => void) {
    this.#options = options
    this.#out = out
    this.#painter = new Painter(out)
    this.#now = now
    this.#quit = quit
    this.#size = options.size
  }

  /** Begins to draw what `live` gives, until the end. */
  start(live: () => Live): void {
    this.#live = live
    this.#ranking = new Ranking(live().map)
    this.#painter.enter()
    this.#turn()
  }

  /** What the terminal sent. */
  keys(input: string): void {
    for (const key of keysIn(input)) {
      this.#ui = press(this.#ui, key, { ids: this.#ranking?.ids ?? [], fit: rowsThatFit(this.#size) })
    }
    this.#recent.watch(this.#ui.page === 'detail' ? this.#ui.chosen : null)
    if (this.#ui.quit) this.#quit()
  }

  /** Leaves the terminal to others, or draws on it again. */
  lend(lent: boolean): void {
    if (lent) this.#painter.leave()
    else this.#painter.enter()
  }

  /** The terminal has this size now. */
  resize(size: Size): void {
    this.#size = size
    this.#painter.forget()
  }

  /** Lines of standard error, each with its line break. */
  say(lines: string): void {
    this.#errors = [...this.#errors, ...lines.split('\n').filter((line) => line !== '')].slice(-MOST_ERRORS)
  }

  state(state: SentState, _changed: boolean, map: StateMap): void {
    this.#stats.add(state)
    this.#recent.add(state, map.size)
  }

  forget(id: ResourceId): void {
    this.#recent.forget(id)
    this.#ui = without(this.#ui, id)
  }

  /** Draws all of it anew. */
  print(): Promise<void> {
    this.#painter.forget()
    return Promise.resolve()
  }

  /** Leaves the terminal as it was and prints the last state as a log does. */
  async finish(summary: Summary, map: StateMap): Promise<void> {
    clearTimeout(this.#timer)
    this.#painter.leave()
    await new LogPrinter(this.#out, { changes: false, brief: false }).finish(summary, map)
  }

  #turn(): void {
    const before = threadCpuMs()
    if (this.#live !== null && this.#ranking !== null) this.#draw(this.#live(), this.#ranking, this.#now())
    // CPU time: on a busy machine a frame takes long and costs no more.
    const wait = Math.min(LONGEST_MS, Math.max(FRAME_MS, (threadCpuMs() - before) * SHARE))
    this.#timer = setTimeout(() => this.#turn(), wait)
  }

  #draw(live: Live, ranking: Ranking, now: number): void {
    ranking.want(this.#ui.sort, this.#ui.search)
    ranking.scan(() => this.#now() - now > SCAN_MS)
    const view = {
      at: Date.now(),
      vitals: this.#vitals(live, now),
      page: this.#page(live.map, ranking),
      keys: this.#options.keys,
    }
    this.#painter.paint(frame(view, this.#size, this.#options.colours ? coloured : plain))
  }

  #page(map: StateMap, ranking: Ranking): Page {
    const { page, chosen, sort, search, typing } = this.#ui
    const row = (id: Row['id']): Row => ({ id, latest: map.get(id), past: map.past(id) })
    if (page === 'help') return { type: 'help' }
    if (page === 'detail' && chosen !== null) {
      return { type: 'detail', ...row(chosen), labels: map.labels(chosen), states: this.#recent.of(chosen) }
    }
    const { ids, matches, searched } = ranking
    const at = chosen === null ? 0 : Math.max(0, ids.indexOf(chosen))
    const fit = rowsThatFit(this.#size)
    // No further than needed to have the chosen row on the screen, and no empty rows below the last.
    const least = Math.max(0, at - fit + 1)
    this.#first = Math.max(least, Math.min(this.#first, at, Math.max(least, ids.length - fit)))
    const rows = ids.slice(this.#first, this.#first + fit).map(row)
    return {
      type: 'list',
      sort,
      search,
      typing,
      searched,
      matches,
      rows,
      first: this.#first,
      chosen: at - this.#first,
    }
  }

  #vitals({ map, ledger, pollersCpuMs }: Live, now: number): Vitals {
    if (this.#counted === null || now - this.#countedAt >= VITALS_MS) {
      this.#countedAt = now
      this.#counted = {
        pollsPerSecond: this.#stats.pollsPerSecond(now),
        lateMs: this.#stats.late(now),
        pollers: this.#shares.of(pollersCpuMs, now),
        duration: this.#stats.duration,
        answers: this.#stats.answers,
      }
    }
    return {
      ...this.#counted,
      urls: map.size,
      counts: map.counts,
      inFlight: ledger.owners.pollers.reduce((sum, count) => sum + count, 0),
      due: ledger.owners.due,
      skipped: ledger.skipped,
      rssBytes: process.memoryUsage.rss(),
      histogram: this.#stats.histogram,
      errors: this.#errors,
    }
  }
}
