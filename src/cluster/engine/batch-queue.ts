import { Queue } from 'bullmq'
import { LOCK_MS } from '../share/lease.ts'
import type { Keys } from './keys.ts'
import { quietly } from './quietly.ts'
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
  readonly #connection: Connection
  readonly #open: () => Queue
  /** A Queue of BullMQ whose first connection fails fails for ever: one is opened when there is a connection. */
  #opening: Promise<Queue> | null = null

  constructor(connection: Connection, keys: Keys, name: string, failed: (error: Error) => void) {
    const options = {
      connection,
      prefix: keys.prefix(name),
      skipVersionCheck: true,
      skipMetasUpdate: true,
      // BullMQ's Worker has these, and its backend reads them. A Worker would open a connection of its own, and after an error it would
      // look for jobs of the dead only 5 s later.
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: MAX_DEATHS,
    }
    this.#connection = connection
    this.#open = () => new Queue(name, options).on('error', failed)
  }

  /** Adds jobs. One that exists already stays as it is. */
  async add(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    await (
      await this.#queue()
    ).addBulk(ids.map((id) => ({ name: 'batch', data: {}, opts: { jobId: id, removeOnComplete: true } })))
  }

  /** Takes the job that has waited longest, and locks it with `token`. Null: none waits. */
  async take(token: string): Promise<string | null> {
    const [data, id] = await (await this.#backend()).moveToActive(token)
    return typeof data === 'object' && data !== null && typeof id === 'string' ? id : null
  }

  /** Renews locks. Resolves with the ids of those that were not held any more. */
  async renew(held: readonly (readonly [id: string, token: string])[]): Promise<string[]> {
    if (held.length === 0) return []
    const ids = held.map(([id]) => id)
    const tokens = held.map(([, token]) => token)
    return (await (await this.#backend()).extendLocks(ids, tokens, LOCK_MS)).map(String)
  }

  /** Lets other machines take the job at once. Rejects when it was not held any more. */
  async release(id: string, token: string): Promise<void> {
    await (await this.#backend()).moveJobFromActiveToWait(id, token)
  }

  /** Ends the job, which this machine holds. */
  async finish(id: string, token: string): Promise<void> {
    await this.release(id, token)
    await this.remove(id)
  }

  /** Ends the job, unless a machine holds it. */
  async remove(id: string): Promise<void> {
    await (await this.#backend()).remove(id, false)
  }

  /** Puts the jobs of machines that died back into the queue. */
  async recoverStalled(): Promise<void> {
    await (await this.#backend()).moveStalledJobsToWait()
  }

  async #backend(): Promise<Backend> {
    return (await this.#queue()).getBackend()
  }

  #queue(): Promise<Queue> {
    this.#opening ??= this.#opened().catch((error: Error) => {
      this.#opening = null
      throw error
    })
    return this.#opening
  }

  async #opened(): Promise<Queue> {
    // It would wait for a connection, and what was asked of it would be carried out late.
    if (this.#connection.status !== 'ready') throw new Error('there is no connection')
    const queue = this.#open()
    try {
      await queue.waitUntilReady()
    } catch (error) {
      await quietly(queue.close())
      throw error
    }
    return queue
  }
}
