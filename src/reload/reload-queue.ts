import { setTimeout as sleep } from 'node:timers/promises'
import { requestFiles } from '../settings/request-files.ts'
import { isSlow, ReadAhead, readInTurn } from './read-ahead.ts'
import type { Reading } from './read-ahead.ts'
import type { Source } from './source.ts'

/** What follows a reading waits at most this long for other sources, in ms: a server may be slow. */
const MAX_WAIT_MS = 5_000

/** Reads sources again. Those that ask servers are read at the same time; the results are handled one after another. */
export class ReloadQueue {
  readonly #sources: readonly Source[]
  readonly #onRead: (number: number, reading: Reading) => Promise<void>
  readonly #ahead = new ReadAhead()
  /** The sources to read. */
  readonly #waiting = new Set<number>()
  /** The sources that ask servers and are being read, with promises of the end. */
  readonly #fetches = new Map<number, Promise<void>>()
  #turn: Promise<void> = Promise.resolve()
  #afterwards: Promise<unknown> = Promise.resolve()

  /** `onRead` is called at the turn of each source, with its number. */
  constructor(sources: readonly Source[], onRead: (number: number, reading: Reading) => Promise<void>) {
    this.#sources = sources
    this.#onRead = onRead
  }

  /** Has a source read. If it is being read now, it is read once more after that. */
  enqueue(number: number): void {
    if (this.#waiting.has(number)) return
    this.#waiting.add(number)
    const source = this.#sources[number] as Source
    if (!isSlow(source)) {
      void this.#inTurn(async () => {
        this.#waiting.delete(number)
        const end = requestFiles.readings.begin()
        await this.#onRead(number, readInTurn(source)).finally(end)
      })
    } else if (!this.#fetches.has(number)) this.#fetches.set(number, this.#fetch(number, source))
  }

  /** Calls `then` when no source is waiting or being read, after MAX_WAIT_MS at the latest; what was asked for earlier is called earlier. */
  whenIdle(then: () => unknown): void {
    const waited = Promise.race([this.#idle(), sleep(MAX_WAIT_MS, undefined, { ref: false })])
    this.#afterwards = Promise.all([this.#afterwards, waited]).then(then)
  }

  /** The same for a task during which no source is handled. */
  lastly(task: () => Promise<void>): void {
    this.whenIdle(() => this.#inTurn(task))
  }

  /** Whether a source is waiting or being read, besides the one of this number. */
  hasOthers(number: number): boolean {
    return this.#waiting.size > 0 || [...this.#fetches.keys()].some((one) => one !== number)
  }

  /** Resolves when no source is waiting or being read, and what was to be done then is done. */
  async idle(): Promise<void> {
    let last: Promise<void> | null = null
    while (last !== this.#turn || this.#fetches.size > 0) {
      await this.#idle()
      last = this.#turn
      await this.#afterwards
    }
  }

  async #idle(): Promise<void> {
    let last: Promise<void> | null = null
    while (last !== this.#turn || this.#fetches.size > 0) {
      await Promise.all(this.#fetches.values())
      last = this.#turn
      await last
    }
  }

  async #fetch(number: number, source: Source): Promise<void> {
    while (this.#waiting.delete(number)) {
      const end = requestFiles.readings.begin()
      const reading = this.#ahead.start(source)
      await reading.done
      await this.#inTurn(() => this.#onRead(number, reading).finally(end))
    }
    this.#fetches.delete(number)
  }

  #inTurn(task: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(task)
    return this.#turn
  }
}
