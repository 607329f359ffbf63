import type { Plan } from '../share/plan-changes.ts'
import { BATCHES, PLAN_JOB, PLANNER } from './keys.ts'
import type { Keys } from './keys.ts'
import { callScript } from './redis.ts'
import type { Connection } from './redis.ts'

/** The plan as it lies in the engine: which batches there are, and their URLs. All of it rejects when there is no answer in time. */
export class PlanStore {
  readonly #redis: Connection
  readonly #keys: Keys

  constructor(redis: Connection, keys: Keys) {
    this.#redis = redis
    this.#keys = keys
  }

  /** The versions of the batches of the plan. */
  async versions(): Promise<Plan> {
    return new Map(Object.entries(await this.#redis.hgetall(this.#keys.plan)))
  }

  /** The same, and the revision of the plan, as they were at one moment. */
  async current(): Promise<{ readonly revision: string; readonly plan: Plan }> {
    const [plan, revision] = (await this.#redis
      .multi()
      .hgetall(this.#keys.plan)
      .get(this.#keys.revision)
      .exec()) as [[null, Record<string, string>], [null, string | null]]
    return { plan: new Map(Object.entries(plan[1])), revision: revision[1] ?? '' }
  }

  /** Batches that another planner has taken out of the plan, without coming to an end. */
  async leaving(): Promise<string[]> {
    return this.#redis.smembers(this.#keys.leaving)
  }

  /** The definition of each batch; null for one that has none. */
  async definitions(batches: readonly string[]): Promise<(string | null)[]> {
    if (batches.length === 0) return []
    return this.#redis.mget(batches.map((batch) => this.#keys.definitions + batch))
  }

  /** What is known of each batch in this zone, or in another one. */
  async facts(batches: readonly string[], zone?: string): Promise<Map<string, Uint8Array>[]> {
    const { facts } = zone === undefined ? this.#keys : this.#keys.of(zone)
    const pipeline = this.#redis.pipeline()
    for (const batch of batches) pipeline.hgetallBuffer(facts + batch)
    const answers = (await pipeline.exec()) ?? []
    return answers.map(([error, fields]) => {
      if (error !== null) throw error
      return new Map(Object.entries(fields as Record<string, Buffer>))
    })
  }

  /** Puts facts of batches that are no more where those find them that hold their URLs now. */
  async moveFacts(
    to: ReadonlyMap<string, readonly (string | Uint8Array)[]>,
    gone: readonly string[],
  ): Promise<void> {
    const pipeline = this.#redis.pipeline()
    for (const batch of gone) pipeline.del(this.#keys.facts + batch)
    for (const [batch, fields] of to) {
      const args = fields.map((field) => (typeof field === 'string' ? field : Buffer.from(field)))
      if (args.length > 0) pipeline.hset(this.#keys.facts + batch, ...args)
    }
    for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error
  }

  /** Changes the plan. Resolves with whether this machine is still the planner. */
  async change(
    token: string,
    revision: string,
    removed: readonly string[],
    added: readonly (readonly [batch: string, version: string, definition: string])[],
  ): Promise<boolean> {
    const { plan, revision: of, definitions, leaving } = this.#keys
    const keys = [plan, of, this.#keys.lock(PLANNER, PLAN_JOB), definitions, leaving]
    const args = [...keys, token, revision, removed.length, ...removed, ...added.flat()]
    return (await callScript(this.#redis, 'plan', args)) === 1
  }

  /** The batches of the plan that have no job. */
  async missing(): Promise<string[]> {
    return (
      (await callScript(this.#redis, 'missing', [this.#keys.plan, this.#keys.jobs(BATCHES)])) as Buffer[]
    ).map(String)
  }

  /** Which of these batches have a job. */
  async existing(batches: readonly string[]): Promise<string[]> {
    const pipeline = this.#redis.pipeline()
    for (const batch of batches) pipeline.exists(this.#keys.jobs(BATCHES) + batch)
    const answers = (await pipeline.exec()) ?? []
    return batches.filter((_, index) => answers[index]?.[1] !== 0)
  }
}
