import type { BatchQueue } from './batch-queue.ts'

/** Time between two attempts to take the job, in ms. */
const ATTEMPT_MS = 1_000

/** A job of which there is one: the machine that holds it does what it stands for. All of it rejects when the engine does not answer. */
export class SoleJob {
  readonly #queue: BatchQueue
  readonly #id: string
  readonly #run: string
  #token: string | null = null
  #attempts = 0
  #attemptedAt = Number.NEGATIVE_INFINITY

  /** `run`: which run of headcount this is. */
  constructor(queue: BatchQueue, id: string, run: string) {
    this.#queue = queue
    this.#id = id
    this.#run = run
  }

  /** What its lock has while this machine holds it; null: it does not. */
  get token(): string | null {
    return this.#token
  }

  /** Renews its lock, if it is held. */
  async renew(): Promise<void> {
    const token = this.#token
    if (token === null) return
    const lost = await this.#queue.renew([[this.#id, token]])
    if (lost.length > 0 && this.#token === token) this.#token = null
  }

  /** Takes it, if nobody has it. Resolves with whether it is held now. */
  async attempt(now: number): Promise<boolean> {
    if (this.#token !== null) return true
    if (now - this.#attemptedAt < ATTEMPT_MS) return false
    this.#attemptedAt = now
    await this.#queue.add([this.#id])
    await this.#queue.recoverStalled()
    const token = `${this.#run}:${this.#id}-${++this.#attempts}`
    if ((await this.#queue.take(token)) !== null) this.#token = token
    return this.#token !== null
  }

  /** Holds it no more, without a word to the engine: its lock runs out. */
  drop(): void {
    this.#token = null
  }

  /** Lets another machine have it at once. */
  async release(): Promise<void> {
    const token = this.#token
    this.#token = null
    if (token !== null) await this.#queue.release(this.#id, token)
  }
}
