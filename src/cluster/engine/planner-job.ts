import type { Engine, Pulse } from './engine.ts'
import { PLAN_JOB } from './keys.ts'
import { Planner } from './planner.ts'

/** Time between two attempts to become the planner, in ms. */
const ATTEMPT_MS = 1_000

/** The job of the planner: one machine of those that have a list holds it, and is the planner for as long. */
export class PlannerJob {
  readonly planner: Planner
  readonly #engine: Engine
  readonly #run: string
  #token: string | null = null
  #attempts = 0
  #attemptedAt = Number.NEGATIVE_INFINITY

  /** `run`: which run of headcount this is. */
  constructor(engine: Engine, run: string, originOf: (url: string) => string) {
    this.#engine = engine
    this.#run = run
    this.planner = new Planner(engine, originOf)
  }

  /** This machine is the planner. */
  get isHeld(): boolean {
    return this.#token !== null
  }

  /** Renews its lock. */
  async renew(): Promise<void> {
    if (this.#token === null) return
    const lost = await this.#engine.planner.renew([[PLAN_JOB, this.#token]])
    if (lost.length > 0) this.#token = null
  }

  /**
   * Plans, or tries to become the planner. `revision`: of the plan that the engine has. `isDrained`: another machine shall be. Rejects when
   * the engine does not answer.
   */
  async turn({ revision, isDrained }: Pick<Pulse, 'revision' | 'isDrained'>, now: number): Promise<void> {
    if (isDrained) return this.release()
    if (!this.planner.isReady) return
    if (this.#token === null && now - this.#attemptedAt >= ATTEMPT_MS) {
      this.#attemptedAt = now
      await this.#attempt()
    }
    const token = this.#token
    const isHeld = () => this.#token === token
    if (token !== null) await this.planner.run({ token, isHeld, run: this.#run }, revision, now)
  }

  /** Lets another machine be the planner. */
  async release(): Promise<void> {
    const token = this.#token
    this.#token = null
    if (token !== null) await this.#engine.planner.release(PLAN_JOB, token)
  }

  async #attempt(): Promise<void> {
    await this.#engine.planner.add([PLAN_JOB])
    await this.#engine.planner.recoverStalled()
    const token = `${this.#run}:planner-${++this.#attempts}`
    if ((await this.#engine.planner.take(token)) !== null) this.#token = token
  }
}
