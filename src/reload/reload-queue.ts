import { isRemote, ReadAhead } from './read-ahead.ts'
import type { Source } from './source.ts'

/** Reads sources again as it is asked to: those from servers at the same time, and what came of it one after the other. */
export class ReloadQueue {
  readonly #sources: readonly Source[]
  readonly #onRead: (number: number, read: Source['read']) => Promise<void>
  readonly #ahead = new ReadAhead()
  /** Sources to be read, each once. */
  readonly #waiting = new Set<number>()
  /** Sources that are being fetched, or whose turn comes next, and the end of that. */
  readonly #fetches = new Map<number, Promise<void>>()
  #turn: Promise<void> = Promise.resolve()

  /** `take` is called when it is the turn of a source, with its number and with what reads it. */
  constructor(sources: readonly Source[], onRead: (number: number, read: Source['read']) => Promise<void>) {
    this.#sources = sources
    this.#onRead = onRead
  }

  /** Has a source read: once more, if it is being read at this moment. */
  enqueue(number: number): void {
    if (this.#waiting.has(number)) return
    this.#waiting.add(number)
    const source = this.#sources[number] as Source
    if (!isRemote(source)) {
      void this.#inTurn(async () => {
        this.#waiting.delete(number)
        await this.#onRead(number, (sink) => source.read(sink))
      })
    } else if (!this.#fetches.has(number)) this.#fetches.set(number, this.#fetch(number, source))
  }

  /** Resolves when nothing waits to be read. */
  async idle(): Promise<void> {
    let last: Promise<void> | null = null
    while (last !== this.#turn || this.#fetches.size > 0) {
      await Promise.all(this.#fetches.values())
      last = this.#turn
      await last
    }
  }

  async #fetch(number: number, source: Source): Promise<void> {
    while (this.#waiting.delete(number)) {
      const { done, read } = this.#ahead.start(source)
      await done
      await this.#inTurn(() => this.#onRead(number, read))
    }
    this.#fetches.delete(number)
  }

  #inTurn(task: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(task)
    return this.#turn
  }
}
