import { PollBatch } from '../poll-batch.ts'
import type { History } from '../history.ts'
import { ensureCapacity } from '../../resource/ensure-capacity.ts'
import { Unpacker } from '../../resource/packer.ts'
import type { ResourceId } from '../../resource/resource.ts'
import { packEarlier } from '../../state/earlier-state.ts'
import { textOf } from '../../state/latest-state.ts'
import { REASONS } from '../../state/reasons.ts'
import { unpackShown } from '../../state/shown-batch.ts'
import type { ShownState } from '../../state/shown-state.ts'
import { unpackStates } from '../../state/state-batch.ts'
import { unpackUrls } from '../../state/url-batch.ts'
import type { RegisteredUrl } from '../../state/url-batch.ts'
import { EarlierReader } from './earlier-reader.ts'
import { MaintenanceTracker } from './maintenance-tracker.ts'
import { RecordedUrls } from './recorded-urls.ts'
import { verdictCode } from './verdict-code.ts'

/** URLs that `numberNew` adds at a time: a tenth of a second, so that the thread soon does other work. */
const NEW_AT_ONCE = 20_000

/** Records in the history what the monitor has received. Throws what the history throws. */
export class StateRecorder {
  /** Which of the URLs are in maintenance. */
  readonly maintenance: MaintenanceTracker
  readonly #history: History
  readonly #now: () => number
  readonly #urls = new RecordedUrls()
  readonly #batch = new PollBatch()
  /** The States of the batch. */
  readonly #states: ShownState[] = []
  #earlier: EarlierReader | null = null
  /** Numbers of URLs that have left, which the history does not know yet. Bounded by the lists that were read while it could not be written. */
  #left: number[] = []
  /** URLs that the history has no number for, since it could not be written. Bounded by the list. */
  readonly #unnumbered = new Map<ResourceId, RegisteredUrl>()
  #lost = 0
  /** 1 for each number whose last poll used GET. Bounded by the URLs of the history. */
  #usesGet = new Uint8Array(64)

  /** `now`: in ms since the epoch. */
  constructor(history: History, now: () => number) {
    this.maintenance = new MaintenanceTracker(history, now)
    this.#history = history
    this.#now = now
  }

  /** Whether an earlier run has left anything. */
  get knowsUrls(): boolean {
    return this.#history.knowsUrls
  }

  /** Polls of URLs that could not be added. */
  get lost(): number {
    return this.#lost
  }

  /** Adds URLs, packed by `packUrls`. If that fails, or others wait already, `numberNew` adds them later. */
  register(urls: ArrayBuffer): void {
    const list: RegisteredUrl[] = []
    unpackUrls(urls, (url) => list.push(url))
    let isAdded = false
    try {
      if (this.#unnumbered.size === 0) {
        this.#number(list)
        isAdded = true
      }
    } finally {
      if (!isAdded) for (const url of list) this.#unnumbered.set(url.id, url)
    }
  }

  /** Adds URLs that came while the history could not be written, some at a time. */
  numberNew(): void {
    if (this.#unnumbered.size === 0) return
    const list = [...this.#unnumbered.values().take(NEW_AT_ONCE)]
    this.#number(list)
    for (const { id } of list) this.#unnumbered.delete(id)
  }

  #number(list: readonly RegisteredUrl[]): void {
    const numbers = this.#history.urls(list.map(({ url, labels }) => ({ key: url, name: url, labels })))
    for (const [n, { id, generation }] of list.entries()) this.#urls.set(id, generation, numbers[n] as number)
    this.maintenance.registered(list.map(({ labels }, n) => [numbers[n] as number, labels] as const))
  }

  /** URLs, packed by `packIds`, have left the lists. */
  unregister(ids: ArrayBuffer): void {
    const from = new Unpacker(ids)
    const left: number[] = []
    while (from.hasMore) {
      const id = from.u32() as ResourceId
      const generation = from.u16()
      if (this.#unnumbered.get(id)?.generation === generation) this.#unnumbered.delete(id)
      const number = this.#urls.find(id, generation)
      if (number === null) continue
      this.#urls.remove(id)
      left.push(number)
    }
    try {
      this.#history.leave(left, this.#now())
    } catch (error) {
      this.#left.push(...left)
      throw error
    }
  }

  /** Tells of URLs that have left while the history could not be written. One that waits for a number is back. */
  tellLeft(): void {
    if (this.#left.length === 0) return
    const listed = this.#urls.numbers()
    const waiting = new Set<string>([...this.#unnumbered.values()].map(({ url }) => url))
    const isBack = (number: number) => waiting.size > 0 && waiting.has(this.#history.url(number)?.key ?? '')
    const left = this.#left.filter((number) => listed[number] !== 1)
    const gone = left.filter((number) => !isBack(number))
    if (gone.length > 0) this.#history.leave(gone, this.#now())
    this.#left = left.filter(isBack)
  }

  /** No URL is known until it is registered again. */
  forgetUrls(): void {
    this.#urls.clear()
    this.#unnumbered.clear()
  }

  /** What an earlier run knew of URLs, packed by `packUrls`. Returns it packed by `packEarlier`. */
  earlier(urls: ArrayBuffer): ArrayBuffer {
    this.#earlier ??= new EarlierReader(this.#history)
    const earlier = this.#earlier
    const ids: ResourceId[] = []
    unpackUrls(urls, ({ id }) => ids.push(id))
    return packEarlier(
      ids.flatMap((id) => {
        const number = this.#urls.findCurrent(id)
        return (number === null ? null : earlier.read(id, number)) ?? []
      }),
    )
  }

  /** All URLs of the lists are known now: others that the history has as listed have left meanwhile, which `tellLeft` tells. */
  allRegistered(): void {
    const earlier = this.#earlier ?? new EarlierReader(this.#history)
    this.#earlier = null
    const known = this.#urls.numbers()
    this.#left = []
    for (const number of earlier.numbers()) {
      // Some have their numbers later.
      if (earlier.usedGet(number)) this.#setUsesGet(number, true)
      if (known[number] !== 1) this.#left.push(number)
    }
  }

  /** Records States, packed by a StateBatch. `shown`: what the monitor shows in place of some, packed by `packShown`. */
  receive(states: ArrayBuffer, shown: ArrayBuffer | null): void {
    const replaced = unpackShown(shown)
    let next = 0
    this.#batch.clear()
    this.#states.length = 0
    unpackStates(states, (state) => {
      const other = replaced[next]?.id === state.id ? replaced[next++] : undefined
      const number = this.#urls.find(state.id, state.generation)
      if (number === null) {
        if (this.#unnumbered.get(state.id)?.generation === state.generation) this.#lost++
        return
      }
      this.#add(
        number,
        other === undefined ? state : { ...state, verdict: other.verdict, reason: other.reason },
      )
    })
    this.#history.record(this.#batch, (n) => textOf(this.#states[n] as ShownState))
  }

  /** What was known of these URLs counts no more, since their parent is down. */
  loseVerdicts(ids: Uint32Array, at: number): void {
    this.#batch.clear()
    for (const id of ids) {
      const number = this.#urls.findCurrent(id)
      if (number !== null)
        this.#batch.add(number, at, verdictCode('unknown'), REASONS.indexOf('parent'), 0, 0)
    }
    this.#history.observe(this.#batch)
  }

  #setUsesGet(number: number, isGet: boolean): void {
    this.#usesGet = ensureCapacity(this.#usesGet, number + 1)
    this.#usesGet[number] = isGet ? 1 : 0
  }

  #add(number: number, state: ShownState): void {
    const { at, verdict, reason, status, durationMs, phasesMs } = state
    this.#states.push(state)
    const isGet = state.method === 'GET'
    if ((this.#usesGet[number] === 1) !== isGet) {
      this.#setUsesGet(number, isGet)
      this.#history.setMethod(number, state.method)
    }
    this.#batch.add(number, at, verdictCode(verdict), REASONS.indexOf(reason), status, durationMs, phasesMs)
  }
}
