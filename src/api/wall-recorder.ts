import type { Printer } from '../print/text/printer.ts'
import type { ResourceId } from '../resource/resource.ts'
import { VERDICTS } from '../resource/resource.ts'
import type { Counts } from '../state/latest-state.ts'
import type { ShownState } from '../state/shown-state.ts'
import type { StateMap } from '../state/state-map.ts'
import { ChangeLog } from './change-log.ts'
import { wallLabels, wallPart } from './wall-part.ts'
import type { WallLabels, WallPart } from './wall-part.ts'

/** A part of a wall takes this long, in ms, so that other work of the monitor is not late. */
const PART_MS = 3

/** Polls that are remembered between two questions; of more, the oldest are not shown. */
const MAX_POLLS = 65_536

/** Polls in one answer: of more, every second, third, … one. */
const MAX_SHOWN_POLLS = 1_024

/** Changes in one answer. */
const MAX_SHOWN_CHANGES = 4_096

/** A place in the changes and polls that the wall shows. Another monitor has another epoch. */
export interface WallPosition {
  readonly epoch: string
  /** How many URLs had left the lists or got other labels: with another number, squares may belong to other URLs or groups. */
  readonly layout: number
  readonly change: number
  readonly poll: number
}

/** URLs that have changed or were polled after a place, as they are now. */
export interface WallNews {
  /** In ascending order. */
  readonly ids: Uint32Array<ArrayBuffer>
  /** The index in VERDICTS for each of them. */
  readonly verdicts: Uint8Array<ArrayBuffer>
  readonly counts: Readonly<Counts>
  readonly position: WallPosition
  /** There is more to ask for at once. */
  readonly hasMore: boolean
  /** Changes are missing, or the ids belong to other URLs or groups: everything has to be read again. */
  readonly mustReload: boolean
}

/** Keeps, in the monitor, what the wall of the page shows beyond the StateMap: which URLs were polled of late. Prints nothing. */
export class WallRecorder implements Printer {
  readonly #map: () => StateMap
  readonly #now: () => number
  readonly #epoch: string
  readonly #changes = new ChangeLog()
  readonly #polls = new ChangeLog(MAX_POLLS)
  /** How many URLs have left the lists. */
  #left = 0

  /** `now`: the monotonic clock, in ms. `epoch`: tells this monitor from others of the run. */
  constructor(map: () => StateMap, now: () => number, epoch: string) {
    this.#map = map
    this.#now = now
    this.#epoch = epoch
  }

  get position(): WallPosition {
    const [change, poll] = [this.#changes.last, this.#polls.last]
    return { epoch: this.#epoch, layout: this.#left + this.#map().relabelled, change, poll }
  }

  state({ id }: ShownState, changed: boolean): void {
    this.#polls.add(id)
    if (changed) this.#changes.add(id)
  }

  verdictLost(id: ResourceId): void {
    this.#changes.add(id)
  }

  forget(): void {
    this.#left++
  }

  finish(): Promise<void> {
    return Promise.resolve()
  }

  /** The values of labels, of ids from `from` on. */
  labels(from: number): WallLabels {
    return wallLabels(this.#map(), from, this.#isOver())
  }

  /** Verdicts and groups, of ids from `from` on. `by`: the label whose values are the groups; null: there are none. */
  part(by: string | null, from: number): WallPart & { readonly position: WallPosition } {
    // The place is that before the part: what changes meanwhile comes again.
    const { position } = this
    return { ...wallPart(this.#map(), by, from, this.#isOver()), position }
  }

  /** What happened after a place. */
  news(after: WallPosition): WallNews {
    const map = this.#map()
    const { position } = this
    const isKnown = after.epoch === this.#epoch && after.layout === position.layout
    const mustReload = !isKnown || !this.#changes.hasAllAfter(after.change) || after.poll > position.poll
    const ids = new Set<ResourceId>()
    let { change } = position
    if (!mustReload) {
      change = this.#changes.visitAfter(after.change, (id) => {
        if (ids.size >= MAX_SHOWN_CHANGES) return false
        ids.add(id)
        return true
      })
      for (const id of this.#polls.sampleAfter(after.poll, MAX_SHOWN_POLLS)) ids.add(id)
    }
    const known = Uint32Array.from([...ids].filter((id) => map.has(id))).toSorted()
    return {
      ids: known,
      verdicts: Uint8Array.from(known, (id) => VERDICTS.indexOf(map.verdict(id as ResourceId))),
      counts: { ...map.counts },
      position: { ...position, change },
      hasMore: change < position.change,
      mustReload,
    }
  }

  #isOver(): () => boolean {
    const end = this.#now() + PART_MS
    return () => this.#now() >= end
  }
}
