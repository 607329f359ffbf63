import type { MessagePort } from 'node:worker_threads'
import { packPoll } from '../alerts/run/poll-batch.ts'
import type { SentPoll } from '../alerts/run/poll-batch.ts'
import type { AlertTotals } from '../metrics/alert-metrics.ts'
import type { Printer } from '../print/text/printer.ts'
import { ensureCapacity } from '../resource/ensure-capacity.ts'
import { Packer } from '../resource/packer.ts'
import type { ResourceId } from '../resource/resource.ts'
import { NO_ALERT_FIGURES } from '../state/alert-figures.ts'
import { textOf } from '../state/latest-state.ts'
import type { ShownState } from '../state/shown-state.ts'
import type { AlerterStatus } from './alerter-protocol.ts'
import { CoalescedPolls } from './coalesced-polls.ts'
import type { FeedMessage, FeedReply } from './recorder-protocol.ts'

/** Bytes that the alerter has not taken in. With more, polls wait here: the last one of each URL. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024

/** Polls wait at most this long for others, in ms, and go in one message. */
const FLUSH_MS = 100

/** A message of this many bytes goes at once. */
const MAX_BYTES = 64 * 1024

/**
 * The monitor's end of the port to the alerter: a Printer that prints nothing. When the alerter lags, a poll that found its URL up, as the
 * one before, is dropped. Of all others the last one of each URL waits, so no change is lost, and what waits is bounded by the list.
 */
export class AlerterFeed implements Printer {
  readonly #maxBytes: number
  #port: MessagePort | null = null
  readonly #packer = new Packer()
  #timer: NodeJS.Timeout | undefined
  /** Which URLs the alerter knows a poll of, by id: it has their texts. */
  #isKnown = new Uint8Array(64)
  /** Sizes of the messages with polls that the alerter has not taken in. */
  #waiting: number[] = []
  #waitingBytes = 0
  readonly #coalesced = new CoalescedPolls()
  /** Of which URLs what was known is lost, after all polls that are packed. */
  #lost: [id: ResourceId, at: number][] = []
  #figures = NO_ALERT_FIGURES

  constructor(maxBytes: number = MAX_WAITING_BYTES) {
    this.#maxBytes = maxBytes
  }

  /** How the alerter is, and how many polls were dropped. */
  get figures(): AlertTotals {
    return { ...this.#figures, dropped: this.#coalesced.dropped }
  }

  /** There is a new alerter, which receives on this port and knows of no poll. */
  setPort(port: MessagePort): void {
    this.#port?.close()
    this.#reset()
    this.#figures = NO_ALERT_FIGURES
    this.#port = port
    port.on('message', (reply: FeedReply<AlerterStatus>) => this.#handle(port, reply))
    port.once('close', () => {
      if (this.#port !== port) return
      this.#port = null
      this.#reset()
    })
    // The control port keeps the thread alive.
    port.unref()
  }

  state(state: ShownState, changed: boolean): void {
    if (this.#port === null) return
    const { id, verdict } = state
    this.#isKnown = ensureCapacity(this.#isKnown, id + 1)
    const isNews = changed || this.#isKnown[id] === 0
    this.#isKnown[id] = 1
    const poll: SentPoll = {
      id,
      generation: state.generation,
      at: state.at,
      verdict,
      reason: state.reason,
      status: state.status,
      detail: isNews || verdict !== 'up' ? textOf(state) : null,
      durationMs: state.durationMs,
      errCount: state.errCount,
      certificateExpiresAt: state.tls?.expiresAt ?? Number.NaN,
    }
    if (this.#lost.length > 0) this.#postPolls()
    if (!this.#isLagging) packPoll(this.#packer, poll)
    else if (isNews || verdict !== 'up') this.#coalesced.add(poll)
    else this.#coalesced.addUnchanged(poll)
  }

  verdictLost(id: ResourceId, at: number): void {
    if (this.#port === null) return
    if (this.#isLagging) this.#coalesced.lose(id, at)
    else this.#lost.push([id, at])
  }

  /** The run ends: the alerter gets everything, however late it is. */
  finish(): Promise<void> {
    this.#postCoalesced()
    return Promise.resolve()
  }

  /** The monitor has read a batch, and calls of `state` have come for it. */
  passStates(): void {
    if (this.#packer.length >= MAX_BYTES) this.#postPolls()
    else if (this.#packer.length + this.#lost.length > 0)
      this.#timer ??= setTimeout(() => this.#postPolls(), FLUSH_MS)
  }

  /** The monitor has read these URLs, which are new or have other labels. They are copied: the recorder may get them too. */
  passUrls(urls: ArrayBuffer): void {
    this.#postPolls()
    const copy = urls.slice(0)
    this.#post({ type: 'register', urls: copy }, [copy])
  }

  /** The monitor has read these ids of URLs that have left the lists. They are copied. */
  passIds(ids: ArrayBuffer): void {
    this.#postPolls()
    const copy = ids.slice(0)
    this.#post({ type: 'unregister', ids: copy }, [copy])
  }

  /** A URL has left its list: the one that gets its id is new to the alerter. */
  forget(id: ResourceId): void {
    this.#coalesced.delete(id)
    if (id < this.#isKnown.length) this.#isKnown[id] = 0
  }

  get #isLagging(): boolean {
    return this.#waitingBytes > this.#maxBytes || this.#coalesced.size > 0
  }

  #postCoalesced(): void {
    for (const [id, last] of this.#coalesced.take())
      if (typeof last === 'object') packPoll(this.#packer, last)
      else this.#lost.push([id, last])
    this.#postPolls()
  }

  #postPolls(): void {
    this.#stopTimer()
    if (this.#packer.length > 0) {
      const batch = this.#packer.take()
      this.#waiting.push(batch.byteLength)
      this.#waitingBytes += batch.byteLength
      this.#post({ type: 'states', batch, shown: null }, [batch])
    }
    const [first] = this.#lost
    if (first === undefined) return
    const ids = Uint32Array.from(this.#lost, ([id]) => id)
    // They were lost at about the same time.
    this.#post({ type: 'verdictsLost', ids, at: first[1] }, [ids.buffer])
    this.#lost = []
  }

  #stopTimer(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #post(message: FeedMessage, transfer: ArrayBuffer[]): void {
    this.#port?.postMessage(message, transfer)
  }

  #handle(port: MessagePort, reply: FeedReply<AlerterStatus>): void {
    if (port !== this.#port) return
    switch (reply.type) {
      case 'taken':
        for (const bytes of this.#waiting.splice(0, reply.batches)) this.#waitingBytes -= bytes
        if (this.#waitingBytes <= this.#maxBytes / 2 && this.#coalesced.size > 0) this.#postCoalesced()
        break
      case 'status':
        this.#figures = reply.figures
        break
      default:
        reply satisfies never
    }
  }

  /** What waits is lost with the alerter: the next one learns of each URL by its next poll. */
  #reset(): void {
    this.#stopTimer()
    this.#packer.take()
    this.#lost = []
    this.#coalesced.take()
    this.#waiting = []
    this.#waitingBytes = 0
    this.#isKnown.fill(0)
  }
}
