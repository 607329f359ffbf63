import { StoreError } from '../../sqlite/store-error.ts'
import type { History } from '../history.ts'
import type { MaintenanceWindows } from './maintenance-tracker.ts'
import type { StateRecorder } from './state-recorder.ts'

/** A fault that lasts is reported once in this time, in ms. */
const REPORT_INTERVAL_MS = 60_000

/** Where the writer reports. */
export interface WriterEvents {
  /** A line for standard error, not escaped yet. */
  notice(line: string): void
  /** After each flush: polls that were lost and failed writes since the start, and what the history takes. */
  flushed(lost: number, errors: number, sizeBytes: number): void
}

/**
 * Records what the monitor has received, and outlives a disk that is full or fails: polls are lost and counted until it can be written
 * again. After any other fault, such as a file that was removed, the thread has to end, and another opens the history: the error is thrown.
 */
export class HistoryWriter {
  readonly #history: History
  readonly #recorder: StateRecorder
  readonly #events: WriterEvents
  readonly #now: () => number
  #errors = 0
  #isFailing = false
  #reportedAt = Number.NEGATIVE_INFINITY

  /** `now`: in ms, from any beginning. */
  constructor(history: History, recorder: StateRecorder, events: WriterEvents, now: () => number) {
    this.#history = history
    this.#recorder = recorder
    this.#events = events
    this.#now = now
  }

  register(urls: ArrayBuffer): void {
    this.#guard(() => this.#recorder.register(urls))
  }

  /** Writes which URLs have left since the history was last written. */
  tellLeft(): void {
    this.#guard(() => this.#recorder.tellLeft())
  }

  unregister(ids: ArrayBuffer): void {
    this.#guard(() => this.#recorder.unregister(ids))
  }

  receive(states: ArrayBuffer, shown: ArrayBuffer | null): void {
    this.#guard(() => this.#recorder.receive(states, shown))
  }

  loseVerdicts(ids: Uint32Array, at: number): void {
    this.#guard(() => this.#recorder.loseVerdicts(ids, at))
  }

  /** These maintenance windows apply from now on; null: there are none. */
  setWindows(windows: MaintenanceWindows | null): void {
    this.#guard(() => this.#recorder.maintenance.setWindows(windows))
  }

  /** Writes what was recorded. Call it every two seconds. */
  flush(): void {
    this.#guard(() => {
      this.#recorder.maintenance.advance()
      this.#history.flush()
      // After a failure the history waits a while before it tries again.
      if (this.#history.failure !== null) return
      // What has left makes room for what is new.
      this.#recorder.tellLeft()
      this.#recorder.numberNew()
    })
    if (this.#history.failure === null && this.#isFailing) {
      this.#isFailing = false
      this.#reportedAt = Number.NEGATIVE_INFINITY
      this.#events.notice('info: history: it is written again')
    }
    const { dropped, size } = this.#history
    this.#events.flushed(dropped + this.#recorder.lost, this.#errors, size)
  }

  /** A question could not be answered. If the thread has to end, the error is thrown soon. */
  readFailed(error: Error): void {
    if (error instanceof StoreError && !isPassing(error))
      setImmediate(() => {
        throw error
      })
  }

  /** Writes everything and closes the history. */
  close(): void {
    this.#guard(() => this.#recorder.maintenance.advance())
    this.#guard(() => this.#history.close())
  }

  #guard(action: () => void): void {
    try {
      action()
    } catch (error) {
      if (!(error instanceof StoreError) || !isPassing(error)) throw error
      this.#failed(error)
    }
  }

  #failed({ message }: StoreError): void {
    this.#errors++
    this.#isFailing = true
    if (this.#now() - this.#reportedAt < REPORT_INTERVAL_MS) return
    this.#reportedAt = this.#now()
    this.#events.notice(`${message}; polls are not recorded until it can be written again`)
  }
}

/** Whether the history can go on when the fault is over. */
function isPassing({ fault }: StoreError): boolean {
  return fault === 'full' || fault === 'io'
}
