import type { MessagePort } from 'node:worker_threads'
import { counted } from '../resource/counted.ts'
import { Packer } from '../resource/packer.ts'
import type { ResourceId } from '../resource/resource.ts'
import type { Printer } from '../print/text/printer.ts'
import type { HistoryFigures } from '../state/history-figures.ts'
import { packShown } from '../state/shown-batch.ts'
import type { ShownState } from '../state/shown-state.ts'
import type { FeedMessage, FeedReply, RecorderStatus } from './recorder-protocol.ts'

/** Bytes of States that the recorder has not taken in. With more, States are dropped: nobody waits for the recorder. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024

/** At most one line about dropped polls in this time, in ms. */
const REPORT_INTERVAL_MS = 60_000

/** A batch that the recorder has not taken in. */
interface Waiting {
  readonly bytes: number
  readonly polls: number
}

/**
 * The monitor's end of the port to the recorder: a Printer that prints nothing. It passes the buffers that the monitor has read on to the
 * recorder, in their order.
 */
export class RecorderFeed implements Printer {
  readonly #now: () => number
  readonly #report: (line: string) => void
  readonly #maxBytes: number
  #port: MessagePort | null = null
  /** States of the batch that is being read, and what is shown in place of some. */
  #polls = 0
  readonly #shown = new Packer()
  #lost: ResourceId[] = []
  #lostAt = 0
  /** Bounded by `maxBytes`. */
  #waiting: Waiting[] = []
  #waitingBytes = 0
  /** Polls that the recorder has taken in and not written yet: if it dies, they are lost. */
  #unwritten = 0
  #dropped = 0
  #errors = 0
  /** Of the recorder that runs now. */
  #status = { lost: 0, errors: 0, sizeBytes: 0, cpuMs: 0 }
  #reported = 0
  #reportedAt = Number.NEGATIVE_INFINITY

  /** `now`: in ms, from any beginning. `report` gets lines for standard error, without line breaks. */
  constructor(now: () => number, report: (line: string) => void, maxBytes: number = MAX_WAITING_BYTES) {
    this.#now = now
    this.#report = report
    this.#maxBytes = maxBytes
  }

  get figures(): HistoryFigures {
    const { lost, errors, sizeBytes, cpuMs } = this.#status
    return { dropped: this.#dropped + lost, errors: this.#errors + errors, sizeBytes, cpuMs }
  }

  /** There is a new recorder, which receives on this port. What the one before has not written is lost. */
  setPort(port: MessagePort): void {
    this.#port?.close()
    this.#endWaiting()
    this.#errors += this.#status.errors
    this.#dropped += this.#status.lost
    this.#status = { ...this.#status, errors: 0, lost: 0, cpuMs: 0 }
    this.#port = port
    port.on('message', (reply: FeedReply<RecorderStatus>) => this.#handle(port, reply))
    port.once('close', () => {
      if (this.#port !== port) return
      this.#port = null
      this.#endWaiting()
    })
    // The control port keeps the thread alive.
    port.unref()
  }

  state(state: ShownState): void {
    this.#polls++
    if (state.last !== undefined) packShown(this.#shown, state)
  }

  verdictLost(id: ResourceId, at: number): void {
    this.#lost.push(id)
    this.#lostAt = at
  }

  finish(): Promise<void> {
    return Promise.resolve()
  }

  /** The monitor has read this batch and needs it no more. */
  passStates(batch: ArrayBuffer): void {
    const polls = this.#polls
    const shown = this.#shown.length === 0 ? null : this.#shown.take()
    const lost = this.#lost
    this.#polls = 0
    if (lost.length > 0) this.#lost = []
    const bytes = batch.byteLength
    if (this.#port === null || this.#waitingBytes + bytes > this.#maxBytes) return this.#drop(polls)
    this.#waiting.push({ bytes, polls })
    this.#waitingBytes += bytes
    this.#post({ type: 'states', batch, shown }, shown === null ? [batch] : [batch, shown])
    if (lost.length === 0) return
    const ids = Uint32Array.from(lost)
    this.#post({ type: 'verdictsLost', ids, at: this.#lostAt }, [ids.buffer])
  }

  /** The monitor has read these URLs, which are new or have other labels. */
  passUrls(urls: ArrayBuffer): void {
    this.#post({ type: 'register', urls }, [urls])
  }

  /** The monitor has read these ids of URLs that have left the lists. */
  passIds(ids: ArrayBuffer): void {
    this.#post({ type: 'unregister', ids }, [ids])
  }

  #post(message: FeedMessage, transfer: ArrayBuffer[]): void {
    this.#port?.postMessage(message, transfer)
  }

  #handle(port: MessagePort, reply: FeedReply<RecorderStatus>): void {
    if (port !== this.#port) return
    switch (reply.type) {
      case 'taken':
        for (const { bytes, polls } of this.#waiting.splice(0, reply.batches)) {
          this.#waitingBytes -= bytes
          this.#unwritten += polls
        }
        break
      case 'status':
        // It comes after each writing. What could not be written is in `lost`.
        this.#unwritten = 0
        this.#status = reply
        this.#reportDropped()
        break
      default:
        reply satisfies never
    }
  }

  #endWaiting(): void {
    this.#drop(this.#waiting.reduce((sum, { polls }) => sum + polls, this.#unwritten))
    this.#waiting = []
    this.#waitingBytes = 0
    this.#unwritten = 0
  }

  #drop(polls: number): void {
    this.#dropped += polls
    this.#reportDropped()
  }

  #reportDropped(): void {
    const { dropped } = this.figures
    if (dropped <= this.#reported || this.#now() - this.#reportedAt < REPORT_INTERVAL_MS) return
    this.#report(`history: ${counted(dropped - this.#reported, 'poll')} could not be recorded`)
    this.#reported = dropped
    this.#reportedAt = this.#now()
  }
}
