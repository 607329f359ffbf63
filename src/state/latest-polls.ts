import { ensureCapacity } from '../resource/ensure-capacity.ts'
import type { PollerNumber } from '../resource/poller-number.ts'
import { VERDICTS } from '../resource/resource.ts'
import type { ResourceId, Verdict } from '../resource/resource.ts'
import type { ShownState } from './shown-state.ts'
import type { StateBase } from './state.ts'
import { textOf } from './latest-state.ts'
import { TextColumn } from './text-column.ts'
import { VerdictTimes } from './verdict-times.ts'

/** Durations that are kept of each URL: of the poll and of its phases. A proxy's is kept apart: most lists have none. */
const DURATIONS = 5

/** Bits of `#bits`. PLAIN: the final URL is that of the list. */
const RECHECKED = 1
const PLAIN = 2

/** What a StateMap does not keep of the last poll of a URL. */
export type LatestPoll = Pick<
  StateBase,
  | 'at'
  | 'method'
  | 'durationMs'
  | 'phasesMs'
  | 'lateMs'
  | 'stalledMs'
  | 'redirects'
  | 'address'
  | 'httpVersion'
  | 'tls'
  | 'rechecked'
  | 'poller'
> & {
  /** Null: that of the list. */
  readonly finalUrl: string | null
  /** The one of `statusText` and `detail` that the StateMap does not keep: see `textOf`. */
  readonly otherText: string
  /** As in ShownState, without `needed`. */
  readonly last: { readonly answer: StateAnswer; readonly consecutive: number } | null
}

type StateAnswer = NonNullable<ShownState['last']>['answer']

/** The last poll of each URL, packed in some 60 bytes per URL. Kept only for a web thread. Bounded by the list. */
export class LatestPolls {
  readonly #times = new VerdictTimes()
  /** In ms since the epoch; 0: not polled. */
  #at = new Float64Array(64)
  /** As last seen. */
  #expiresAt = new Float64Array(64)
  /** DURATIONS for each id. */
  #durations = new Float32Array(64 * DURATIONS)
  /** 0: there was no proxy; -1: it took no time. */
  #proxyMs = new Float32Array(64)
  #lateMs = new Float32Array(64)
  #stalledMs = new Float32Array(64)
  #redirects = new Uint16Array(64)
  #poller = new Uint16Array(64)
  #bits = new Uint8Array(64)
  /** The index in VERDICTS of what the poll found, if that is not what is shown; 0: it is. */
  #answer = new Uint8Array(64)
  #consecutive = new Uint32Array(64)
  /** Method, HTTP version, protocol of TLS and address, which many URLs have in common. */
  readonly #connection = new TextColumn()
  readonly #otherText = new TextColumn()
  readonly #finalUrl = new TextColumn()

  /** Adds the State of a poll. */
  set(state: ShownState): void {
    const { id, phasesMs, tls, last } = state
    if (id >= this.#at.length) this.#makeRoom(id + 1)
    this.#times.show(id, state.verdict, state.at)
    this.#at[id] = state.at
    // A failed poll may end before the certificate is known; an answer without TLS has none.
    if (tls !== null) this.#expiresAt[id] = tls.expiresAt
    else if (state.status !== 0) this.#expiresAt[id] = 0
    const durations = this.#durations
    const first = id * DURATIONS
    durations[first] = state.durationMs
    durations[first + 1] = phasesMs.dns
    durations[first + 2] = phasesMs.connect
    durations[first + 3] = phasesMs.tls
    durations[first + 4] = phasesMs.wait
    this.#lateMs[id] = state.lateMs
    this.#poller[id] = state.poller
    // A page of memory that is never written to costs nothing (see `ensureCapacity`).
    setIfOther(this.#stalledMs, id, state.stalledMs)
    setIfOther(this.#proxyMs, id, phasesMs.proxy === undefined ? 0 : phasesMs.proxy || -1)
    setIfOther(this.#redirects, id, state.redirects)
    setIfOther(this.#answer, id, last === undefined ? 0 : VERDICTS.indexOf(last.answer))
    setIfOther(this.#consecutive, id, last?.consecutive ?? 0)
    const isPlain = state.redirects === 0 && state.finalUrl !== ''
    this.#bits[id] = (state.rechecked ? RECHECKED : 0) | (isPlain ? PLAIN : 0)
    const protocol = tls === null ? '' : tls.protocol
    this.#connection.set(id, `${state.method} ${state.httpVersion} ${protocol} ${state.address}`)
    this.#otherText.set(id, textOf(state) === state.statusText ? state.detail : state.statusText)
    this.#finalUrl.set(id, isPlain ? '' : state.finalUrl)
  }

  /** A URL that is new to the monitor has had this verdict before. `at`: since when, in ms since the epoch; 0: not known. */
  restore(id: ResourceId, verdict: Verdict, at: number): void {
    if (id >= this.#at.length) this.#makeRoom(id + 1)
    this.#times.show(id, verdict, at)
  }

  /** What was known of a URL counts no more: it is `unknown`. `at`: in ms since the epoch. */
  loseVerdict(id: ResourceId, at: number): void {
    if (id >= this.#at.length) this.#makeRoom(id + 1)
    this.#times.show(id, 'unknown', at)
    this.#otherText.set(id, '')
  }

  /** A URL has left its list. */
  forget(id: ResourceId): void {
    if (id >= this.#at.length) return
    this.#at[id] = 0
    this.#expiresAt[id] = 0
    this.#times.forget(id)
    for (const column of [this.#connection, this.#otherText, this.#finalUrl]) column.set(id, '')
  }

  /** When the last poll ended, in ms since the epoch; 0: it was not polled. */
  at(id: ResourceId): number {
    return this.#at[id] ?? 0
  }

  /** Since when it has the verdict that is shown, in ms since the epoch; 0 if that is not known. */
  since(id: ResourceId): number {
    return this.#times.since(id)
  }

  /** When its certificate expires, as last seen, in ms since the epoch; 0 if that is not known. */
  expiresAt(id: ResourceId): number {
    return this.#expiresAt[id] ?? 0
  }

  /** How long the last poll took, in ms. */
  durationMs(id: ResourceId): number {
    return this.#durations[id * DURATIONS] ?? 0
  }

  /** How long a phase of it took, in ms. */
  phasesMs(id: ResourceId): StateBase['phasesMs'] {
    const duration = (n: number) => this.#durations[id * DURATIONS + n] as number
    const phases = { dns: duration(1), connect: duration(2), tls: duration(3), wait: duration(4) }
    const proxy = this.#proxyMs[id] as number
    return proxy === 0 ? phases : { ...phases, proxy: Math.max(0, proxy) }
  }

  /** The last poll; null if there was none. */
  get(id: ResourceId): LatestPoll | null {
    if (this.at(id) === 0) return null
    const [method = '', httpVersion = '', protocol = '', address = ''] = this.#connection.get(id).split(' ')
    const bits = this.#bits[id] as number
    const answer = this.#answer[id] as number
    const consecutive = this.#consecutive[id] as number
    return {
      method,
      httpVersion,
      address,
      at: this.at(id),
      durationMs: this.durationMs(id),
      phasesMs: this.phasesMs(id),
      lateMs: this.#lateMs[id] as number,
      stalledMs: this.#stalledMs[id] as number,
      redirects: this.#redirects[id] as number,
      tls: protocol === '' ? null : { protocol, expiresAt: this.expiresAt(id) },
      rechecked: (bits & RECHECKED) !== 0,
      poller: this.#poller[id] as PollerNumber,
      finalUrl: (bits & PLAIN) === 0 ? this.#finalUrl.get(id) : null,
      otherText: this.#otherText.get(id),
      last: answer === 0 ? null : { answer: VERDICTS[answer] as StateAnswer, consecutive },
    }
  }

  #makeRoom(size: number): void {
    this.#at = ensureCapacity(this.#at, size)
    const length = this.#at.length
    this.#times.ensureCapacity(length)
    this.#expiresAt = ensureCapacity(this.#expiresAt, length)
    this.#durations = ensureCapacity(this.#durations, length * DURATIONS)
    this.#proxyMs = ensureCapacity(this.#proxyMs, length)
    this.#lateMs = ensureCapacity(this.#lateMs, length)
    this.#stalledMs = ensureCapacity(this.#stalledMs, length)
    this.#redirects = ensureCapacity(this.#redirects, length)
    this.#poller = ensureCapacity(this.#poller, length)
    this.#bits = ensureCapacity(this.#bits, length)
    this.#answer = ensureCapacity(this.#answer, length)
    this.#consecutive = ensureCapacity(this.#consecutive, length)
    for (const column of [this.#connection, this.#otherText, this.#finalUrl]) column.ensureCapacity(length)
  }
}

function setIfOther(
  column: Float32Array | Uint16Array | Uint8Array | Uint32Array,
  id: number,
  value: number,
): void {
  if (column[id] !== value) column[id] = value
}
