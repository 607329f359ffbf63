import type { ResourceId } from '../../resource/resource.ts'
import type { SentState } from '../../state/state-batch.ts'
import type { StateMap } from '../../state/state-map.ts'
import { threadCpuMs } from '../../runtime/cpu.ts'
import { LogPrinter } from '../text/log-printer.ts'
import type { ScreenOptions, ScreenSize } from '../../runtime/screen.ts'
import type { Printer, Sink } from '../text/printer.ts'
import type { MainStats, Summary } from '../text/summary.ts'
import { renderFrame, visibleRows } from './frame.ts'
import { parseKeys } from './keys.ts'
import { Painter } from './painter.ts'
import type { Canvas } from './painter.ts'
import { Ranking } from './ranking.ts'
import { RecentStates } from './recent-states.ts'
import { CpuShares, PollStats } from './poll-stats.ts'
import { withColours, withoutColours } from './style.ts'
import { handleKey, INITIAL_UI, withoutUrl } from './ui-state.ts'
import type { UiState } from './ui-state.ts'
import type { Page, Row, TableStats } from './view.ts'

/** Between two frames, in ms, at least. */
const MIN_FRAME_MS = 100

/** Between two frames, in ms, at most. */
const MAX_FRAME_MS = 1_000

/** The thread draws at most one part of this many of its time: States come first. */
const CPU_DIVISOR = 10

/** A frame looks for rows for this long at most, in ms. */
const SCAN_MS = 4

/** Between two countings of rates and percentiles, in ms. */
const STATS_MS = 1_000

/** Lines of standard error that are kept. */
const MAX_ERRORS = 20

/** What the monitor knows when a frame is drawn. */
export interface LiveData {
  readonly map: StateMap
  readonly mainStats: MainStats
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
  readonly #pollStats = new PollStats()
  readonly #shares = new CpuShares()
  readonly #recent = new RecentStates()
  #errors: string[] = []
  #ui: UiState = INITIAL_UI
  #size: ScreenSize
  #live: (() => LiveData) | null = null
  #ranking: Ranking | null = null
  #firstRow = 0
  #timer: NodeJS.Timeout | undefined
  #periodicStats: Pick<TableStats, 'pollsPerSecond' | 'lateMs' | 'pollers' | 'duration' | 'outcomes'> | null =
    null
  #periodicStatsAt = 0

  constructor(options: ScreenOptions, out: Canvas & Sink, now: () => number, quit: () => void) {
    this.#options = options
    this.#out = out
    this.#painter = new Painter(out)
    this.#now = now
    this.#quit = quit
    this.#size = options.size
  }

  /** Begins to draw what `live` gives, until the end. */
  start(live: () => LiveData): void {
    this.#live = live
    this.#ranking = new Ranking(live().map)
    this.#painter.enter()
    this.#tick()
  }

  /** What the terminal sent. */
  keys(input: string): void {
    for (const key of parseKeys(input)) {
      this.#ui = handleKey(this.#ui, key, {
        ids: this.#ranking?.ids ?? [],
        visibleRows: visibleRows(this.#size),
      })
    }
    this.#recent.watch(this.#ui.page === 'detail' ? this.#ui.selected : null)
    if (this.#ui.quit) this.#quit()
  }

  /** Leaves the terminal to others, or draws on it again. */
  suspend(suspended: boolean): void {
    if (suspended) this.#painter.leave()
    else this.#painter.enter()
  }

  /** The terminal has this size now. */
  resize(size: ScreenSize): void {
    this.#size = size
    this.#painter.invalidate()
  }

  /** Lines of standard error, each with its line break. */
  addErrors(lines: string): void {
    this.#errors = [...this.#errors, ...lines.split('\n').filter((line) => line !== '')].slice(-MAX_ERRORS)
  }

  state(state: SentState, _changed: boolean, map: StateMap): void {
    this.#pollStats.add(state)
    this.#recent.add(state, map.size)
  }

  forget(id: ResourceId): void {
    this.#recent.forget(id)
    this.#ui = withoutUrl(this.#ui, id)
  }

  /** Draws all of it anew. */
  print(): Promise<void> {
    this.#painter.invalidate()
    return Promise.resolve()
  }

  /** Leaves the terminal as it was and prints the last state as a log does. */
  async finish(summary: Summary, map: StateMap): Promise<void> {
    clearTimeout(this.#timer)
    this.#painter.leave()
    await new LogPrinter(this.#out, { changes: false, brief: false }).finish(summary, map)
  }

  #tick(): void {
    const before = threadCpuMs()
    if (this.#live !== null && this.#ranking !== null) this.#draw(this.#live(), this.#ranking, this.#now())
    // CPU time: on a busy machine a frame takes long and costs no more.
    const wait = Math.min(MAX_FRAME_MS, Math.max(MIN_FRAME_MS, (threadCpuMs() - before) * CPU_DIVISOR))
    this.#timer = setTimeout(() => this.#tick(), wait)
  }

  #draw(live: LiveData, ranking: Ranking, now: number): void {
    ranking.setQuery(this.#ui.sort, this.#ui.search)
    ranking.scan(() => this.#now() - now > SCAN_MS)
    const view = {
      at: Date.now(),
      stats: this.#tableStats(live, now),
      page: this.#page(live.map, ranking),
      keys: this.#options.keys,
    }
    this.#painter.paint(renderFrame(view, this.#size, this.#options.colours ? withColours : withoutColours))
  }

  #page(map: StateMap, ranking: Ranking): Page {
    const { page, selected, sort, search, typing } = this.#ui
    const row = (id: Row['id']): Row => ({ id, latest: map.get(id), history: map.urlHistory(id) })
    if (page === 'help') return { type: 'help' }
    if (page === 'detail' && selected !== null) {
      return {
        type: 'detail',
        ...row(selected),
        labels: map.labels(selected),
        states: this.#recent.get(selected),
      }
    }
    const { ids, matches, searchProgress } = ranking
    const at = selected === null ? 0 : Math.max(0, ids.indexOf(selected))
    const fit = visibleRows(this.#size)
    // No further than needed to have the chosen row on the screen, and no empty rows below the last.
    const least = Math.max(0, at - fit + 1)
    this.#firstRow = Math.max(least, Math.min(this.#firstRow, at, Math.max(least, ids.length - fit)))
    const rows = ids.slice(this.#firstRow, this.#firstRow + fit).map(row)
    return {
      type: 'list',
      sort,
      search,
      typing,
      searchProgress,
      matches,
      rows,
      first: this.#firstRow,
      selected: at - this.#firstRow,
    }
  }

  #tableStats({ map, mainStats, pollersCpuMs }: LiveData, now: number): TableStats {
    if (this.#periodicStats === null || now - this.#periodicStatsAt >= STATS_MS) {
      this.#periodicStatsAt = now
      this.#periodicStats = {
        pollsPerSecond: this.#pollStats.pollsPerSecond(now),
        lateMs: this.#pollStats.latenessP99(now),
        pollers: this.#shares.of(pollersCpuMs, now),
        duration: this.#pollStats.duration,
        outcomes: this.#pollStats.outcomes,
      }
    }
    return {
      ...this.#periodicStats,
      urls: map.size,
      counts: map.counts,
      inFlight: mainStats.owners.pollers.reduce((sum, count) => sum + count, 0),
      due: mainStats.owners.due,
      skipped: mainStats.skipped,
      rssBytes: process.memoryUsage.rss(),
      histogram: this.#pollStats.histogram,
      errors: this.#errors,
    }
  }
}
