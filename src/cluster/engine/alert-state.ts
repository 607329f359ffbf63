import type { SharedStateMessage } from '../../threads/alerter-protocol.ts'
import { ALERT_JOB, ALERTS } from './keys.ts'
import type { Keys } from './keys.ts'
import { callScript } from './redis.ts'
import type { Connection } from './redis.ts'

/** Rows of the state by name; null: the row is removed. */
export type Fields = SharedStateMessage['fields']

/** Which run of headcount has changed the state last, and which of its changes that was. */
export interface LastChange {
  readonly run: string
  readonly number: number
}

/** The most fields that one command changes. What a turn of the alerter changes is nearly always fewer, and so is written as one. */
const CHUNK = 2_000

/** The state of alerts as it lies in the engine. All of it rejects when there is no answer in time. */
export class AlertState {
  readonly #redis: Connection
  readonly #keys: Keys

  constructor(redis: Connection, keys: Keys) {
    this.#redis = redis
    this.#keys = keys
  }

  /** Null: there is no state. */
  async lastChange(): Promise<LastChange | null> {
    const [run, number] = await this.#redis.hmget(this.#keys.alerts, '#run', '#change')
    return run == null ? null : { run, number: Number(number) }
  }

  /** All rows, for the machine that holds the job, so that nothing changes meanwhile. In parts, for which each there is time. */
  async read(): Promise<Map<string, string>> {
    const all = new Map<string, string>()
    let cursor = '0'
    do {
      const [next, part] = await this.#redis.hscan(this.#keys.alerts, cursor, 'COUNT', CHUNK)
      for (let at = 0; at + 1 < part.length; at += 2) {
        const [name = '', text = ''] = part.slice(at, at + 2)
        if (!name.startsWith('#')) all.set(name, text)
      }
      cursor = next
    } while (cursor !== '0')
    return all
  }

  /**
   * Changes rows. Resolves with whether this machine still is the one that tells people: if not, they are as they were. Until the last part is
   * written, the change counts as still to come.
   */
  async write(token: string, { run, number }: LastChange, fields: Fields): Promise<boolean> {
    const { alerts } = this.#keys
    const lock = this.#keys.lock(ALERTS, ALERT_JOB)
    for (let at = 0; at < Math.max(1, fields.length); at += CHUNK) {
      const chunk = fields.slice(at, at + CHUNK)
      const removed = chunk.flatMap(([name, text]) => (text === null ? [name] : []))
      const set = chunk.flatMap(([name, text]) => (text === null ? [] : [name, text]))
      const done = at + CHUNK < fields.length ? number - 1 : number
      const args = [alerts, lock, token, run, done, removed.length, ...removed, ...set]
      if ((await callScript(this.#redis, 'alerts', args)) !== 1) return false
    }
    return true
  }
}
