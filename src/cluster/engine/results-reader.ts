import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine, ResultsEntry } from './engine.ts'

/** How long one read waits for news, in ms: less than after which the connection counts as silent. */
const BLOCK_MS = 1_000

/** The most entries of one read. */
const MAX_ENTRIES = 64

/** Time after a read that failed, in ms. */
const RETRY_MS = 250

/** At the end, how long the last results are waited for, in ms, and how often is looked. */
const CATCH_UP_MS = 200
const CATCH_UP_CHECK_MS = 10

/** Results of one batch, and the zone of the machine that polled it. */
type ResultsListener = (zone: string, batch: string, results: Uint8Array) => void

/** Reads the stream of results, from where it stands at the start, for as long as the process lives. */
export class ResultsReader {
  readonly #engine: Pick<Engine, 'newestResult' | 'readResults'>
  readonly #listener: ResultsListener
  readonly #read: () => void
  readonly #unreadable: (node: string) => void
  #last: string | null = null
  #isStarting = false
  #closed = false

  /** `read` is called when the listener has got all of one read. `unreadable` is told of a machine with results that the listener throws for. */
  constructor(
    engine: Pick<Engine, 'newestResult' | 'readResults'>,
    listener: ResultsListener,
    read: () => void,
    unreadable: (node: string) => void,
  ) {
    this.#engine = engine
    this.#listener = listener
    this.#read = read
    this.#unreadable = unreadable
  }

  /** Resolves when the place is known from which on everything is read. Rejects when the engine does not answer: call it again. */
  async start(): Promise<void> {
    if (this.#last !== null || this.#isStarting) return
    this.#isStarting = true
    try {
      this.#last = await this.#engine.newestResult()
      void this.#readAll()
    } finally {
      this.#isStarting = false
    }
  }

  /** Resolves when everything is read that is in the stream now, or after a while. Nothing more is read then. */
  async close(): Promise<void> {
    const newest = await this.#engine.newestResult()
    for (
      let waited = 0;
      waited < CATCH_UP_MS && isBefore(this.#last ?? newest, newest);
      waited += CATCH_UP_CHECK_MS
    )
      await sleep(CATCH_UP_CHECK_MS)
    this.#closed = true
  }

  async #readAll(): Promise<void> {
    while (!this.#closed) {
      try {
        const entries = await this.#engine.readResults(this.#last as string, MAX_ENTRIES, BLOCK_MS)
        for (const entry of entries) {
          this.#last = entry.id
          this.#show(entry)
        }
        this.#read()
        if (entries.length === 0) await this.#checkPlace()
      } catch {
        // The engine is away, which its other connection reports. What is written meanwhile is read afterwards.
        if (!this.#closed) await sleep(RETRY_MS)
      }
    }
  }

  /** What can't be read is passed over: it would be no other the next time. */
  #show({ node, zone, batches }: ResultsEntry): void {
    if (batches === null) return this.#unreadable(node)
    for (const [batch, results] of batches)
      try {
        this.#listener(zone, batch, results)
      } catch {
        this.#unreadable(node)
      }
  }

  /** Entries are numbered by the server's clock. If that was set back, and the stream lost, nothing would come for long. */
  async #checkPlace(): Promise<void> {
    const newest = await this.#engine.newestResult()
    if (isBefore(newest, this.#last as string)) this.#last = newest
  }
}

/** Whether an entry comes before another one. */
function isBefore(one: string, other: string): boolean {
  const [time = 0, number = 0] = one.split('-').map(Number)
  const [otherTime = 0, otherNumber = 0] = other.split('-').map(Number)
  return time < otherTime || (time === otherTime && number < otherNumber)
}
