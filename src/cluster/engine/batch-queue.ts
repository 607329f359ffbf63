import { Queue } from 'bullmq'
import { LOCK_MS } from '../share/lease.ts'
import type { Keys } from './keys.ts'
import type { Connection } from './redis.ts'

/** Time between two looks for jobs whose lock has run out, of all machines together, in ms. */
export const STALLED_CHECK_MS = 400

/** How often a job may be with a machine that dies: a batch is never given up. */
const MAX_DEATHS = 1_000_000_000

/** What this needs of BullMQ's backend, which its types name only in part. */
interface Backend {
  moveToActive(token: string): Promise<readonly unknown[]>
  moveJobFromActiveToWait(id: string, token: string): Promise<number>
  moveStalledJobsToWait(): Promise<unknown>
  extendLocks(ids: string[], tokens: string[], durationMs: number): Promise<string[]>
  remove(id: string, removeChildren: boolean): Promise<number>
}

/** Jobs that never end: each is asleep in the queue, or with one machine, which holds its lock. The only file that imports BullMQ. */
export class BatchQueue {
  readonly #queue: Queue
  readonly #backend: Backend

  constructor(connection: Connection, keys: Keys, name: string, failed: (error: Error) => void) {
    const options = {
      connection,
      prefix: keys.prefix,
      skipVersionCheck: true,
      skipMetasUpdate: true,
      // BullMQ's Worker has these, and its backend reads them. A Worker would open a connection of its own, and after an error it would
      // look for jobs of the dead only 5 s later.
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: MAX_DEATHS,
    }
    this.#queue = new Queue(name, options)
    this.#queue.on('error', failed)
    this.#backend = this.#queue.getBackend()
  }

  /** Adds jobs. One that exists already stays as it is. */
  async add(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    await this.#queue.addBulk(
      ids.map((id) => ({ name: 'batch', data: {}, opts: { jobId: id, removeOnComplete: true } })),
    )
  }

  /** Takes the job that has waited longest, and locks it with `token`. Null: none waits. */
  async take(token: string): Promise<string | null> {
    const [data, id] = await this.#backend.moveToActive(token)
    return typeof data === 'object' && data !== null && typeof id === 'string' ? id : null
  }

  /** Renews locks. Resolves with the ids of those that were not held any more. */
  async renew(held: readonly (readonly [id: string, token: string])[]): Promise<string[]> {
    if (held.length === 0) return []
    const ids = held.map(([id]) => id)
    const tokens = held.map(([, token]) => token)
    return (await this.#backend.extendLocks(ids, tokens, LOCK_MS)).map(String)
  }

  /** Lets other machines take the job at once. Rejects when it was not held any more. */
  async release(id: string, token: string): Promise<void> {
    await this.#backend.moveJobFromActiveToWait(id, token)
  }

  /** Ends the job, which this machine holds. */
  async finish(id: string, token: string): Promise<void> {
    await this.release(id, token)
    await this.remove(id)
  }

  /** Ends the job, unless a machine holds it. */
  async remove(id: string): Promise<void> {
    await this.#backend.remove(id, false)
  }

  /** Puts the jobs of machines that died back into the queue. */
  async recoverStalled(): Promise<void> {
    await this.#backend.moveStalledJobsToWait()
  }

  async close(): Promise<void> {
    await this.#queue.close()
  }
}
