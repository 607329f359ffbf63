import type { ResourceId } from '../../resource/resource.ts'
import type { ShownState } from '../../state/shown-state.ts'
import type { StateMap } from '../../state/state-map.ts'
import { TextColumn } from '../../state/text-column.ts'
import { threadCpuMs } from '../../runtime/cpu.ts'
import { LogPrinter } from '../text/log-printer.ts'
import type { ScreenOptions, ScreenSize } from '../../runtime/screen.ts'
import type { Printer, Sink } from '../text/printer.ts'
import type { Summary } from '../text/summary.ts'
import { clockText } from './cells.ts'
import { helpPage, helpScroll, renderFrame, visibleRows } from './frame.ts'
import { parseKeys } from './keys.ts'
import { LiveStats } from './live-stats.ts'
import type { LiveData } from './live-stats.ts'
import { Painter } from './painter.ts'
import type { Canvas } from './painter.ts'
import { Ranking } from './ranking.ts'
import { hasLabels, labelNames } from './row-groups.ts'
import { visiblePart } from './scroll.ts'
import { RecentStates } from './recent-states.ts'
import { withColours, withoutColours } from './style.ts'
import { handleKey, INITIAL_UI, withoutUrl } from './ui-state.ts'
import type { UiState } from './ui-state.ts'
import type { Page, Row } from './view.ts'

/** Minimum time between two frames, in ms. */
const MIN_FRAME_MS = 100

/** Maximum time between two frames, in ms. */
const MAX_FRAME_MS = 1_000

/** Drawing takes at most 1/10 of the thread's time: States come first. */
const CPU_DIVISOR = 10

/** Maximum time that a frame spends on finding its rows, in ms. */
const SCAN_MS = 4

/** Maximum number of lines of standard error that are kept. */
const MAX_ERRORS = 20

/** The terminal, and what the run sets for all URLs, as a line of a list has it. */
interface TableOptions extends ScreenOptions {
  readonly settings: readonly string[]
}

/** The live table on a terminal. `now`: the monotonic clock, in ms. `quit` is called when the user quits. */
export class Table implements Printer {
  readonly #options: TableOptions
  readonly #out: Canvas & Sink
  readonly #painter: Painter
  readonly #now: () => number
  readonly #quit: () => void
  readonly #stats = new LiveStats()
  readonly #recent = new RecentStates()
  readonly #settings = new TextColumn()
  #errors: string[] = []
  #ui: UiState = INITIAL_UI
  #size: ScreenSize
  #live: (() => LiveData) | null = null
  #ranking: Ranking | null = null
  #firstLine = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: TableOptions, out: Canvas & Sink, now: () => number, quit: () => void) {
    this.#options = options
    this.#out = out
    this.#painter = new Painter(out)
    this.#now = now
    this.#quit = quit
    this.#size = options.size
  }

  /** Draws what `live` returns, again and again until the end. */
  start(live: () => LiveData): void {
    this.#live = live
    this.#ranking = new Ranking(live().map)
    this.#painter.enter()
    this.#tick()
  }

  /** Handles what the terminal sent. */
  keys(input: string): void {
    for (const key of parseKeys(input)) {
      this.#ui = handleKey(this.#ui, key, {
        ids: this.#ranking?.ids ?? [],
        visibleRows: visibleRows(this.#size, this.#live),
        helpScroll: () => helpScroll(this.#size, this.#live),
        labels: () => (this.#live === null ? [] : labelNames(this.#live().map)),
      })
    }
    this.#recent.watch(this.#ui.page === 'detail' ? this.#ui.selected : null)
    if (!this.#ui.quit) return
    this.#ui = { ...this.#ui, quit: false }
    this.#quit()
  }

  /** Releases the terminal, or draws on it again. */
  suspend(suspended: boolean): void {
    if (suspended) this.#painter.leave()
    else this.#painter.enter()
  }

  /** The terminal has a new size. */
  resize(size: ScreenSize): void {
    this.#size = size
    this.#painter.invalidate()
  }

  /** Adds lines of standard error, each with its line break, with the time. `info: `, which is for filters of a log, is left out. */
  addErrors(lines: string): void {
    const added = lines.split('\n').filter((line) => line !== '')
    const time = clockText(Date.now())
    const timed = added.map((line) => `${time} ${line.replace(/^info: /, '')}`)
    this.#errors = [...this.#errors, ...timed].slice(-MAX_ERRORS)
  }

  state(state: ShownState, _changed: boolean, map: StateMap): void {
    this.#stats.add(state)
    this.#recent.add(state, map.size)
  }

  settings(id: ResourceId, settings: string): void {
    this.#settings.ensureCapacity(id + 1)
    this.#settings.set(id, settings)
    this.#recent.outdate(id)
  }

  forget(id: ResourceId): void {
    this.#recent.forget(id)
    this.#settings.set(id, '')
    this.#ui = withoutUrl(this.#ui, id)
  }

  /** Redraws everything. */
  print(): Promise<void> {
    this.#painter.invalidate()
    return Promise.resolve()
  }

  /** Restores the terminal and prints the last state as `log` does. */
  async finish(summary: Summary, map: StateMap): Promise<void> {
    clearTimeout(this.#timer)
    this.#painter.leave()
    await new LogPrinter(this.#out, { changes: false, brief: false, once: true }).finish(summary, map)
  }

  #tick(): void {
    const before = threadCpuMs()
    if (this.#live !== null && this.#ranking !== null) this.#draw(this.#live(), this.#ranking, this.#now())
    // Measured in CPU time: on a busy machine a frame takes longer but costs no more.
    const wait = Math.min(MAX_FRAME_MS, Math.max(MIN_FRAME_MS, (threadCpuMs() - before) * CPU_DIVISOR))
    this.#timer = setTimeout(() => this.#tick(), wait)
  }

  #draw(live: LiveData, ranking: Ranking, now: number): void {
    ranking.setQuery(this.#ui.sort, this.#ui.search, this.#ui.only, this.#ui.group)
    ranking.scan(() => this.#now() - now > SCAN_MS)
    const view = {
      at: Date.now(),
      stats: this.#stats.get(live, this.#errors, now),
      page: this.#page(live.map, ranking),
      keys: this.#options.keys,
    }
    this.#painter.paint(renderFrame(view, this.#size, this.#options.colours ? withColours : withoutColours))
  }

  #page(map: StateMap, ranking: Ranking): Page {
    const { page, selected, group, curl } = this.#ui
    const row = (id: Row['id']): Row => ({ id, latest: map.get(id), recentPolls: recentPollsOf(map, id) })
    if (page === 'help') return helpPage(this.#size, this.#live, this.#ui.helpAbove)
    if (page === 'detail' && selected !== null) {
      return {
        type: 'detail',
        ...row(selected),
        labels: map.labels(selected),
        zones: map.zones.of(selected),
        settings: this.#settings.get(selected),
        runSettings: this.#options.settings,
        states: this.#recent.get(selected),
        isOutdated: this.#recent.isOutdated(selected),
        curl,
      }
    }
    const { groups, matches, searchProgress } = ranking
    const rows = visibleRows(this.#size, this.#live)
    const part = visiblePart(groups, group !== null, selected, rows, this.#firstLine)
    this.#firstLine = part.firstLine
    const { sort, search, typing, only } = this.#ui
    const asked = { sort, search, typing, only, group, hasLabels: hasLabels(map) }
    return { type: 'list', ...asked, searchProgress, matches, ...part, rows: part.ids.map(row) }
  }
}

function recentPollsOf({ recentPolls }: StateMap, id: Row['id']): Row['recentPolls'] {
  if (recentPolls === null) throw new Error('no recent polls are kept')
  return recentPolls.get(id)
}
