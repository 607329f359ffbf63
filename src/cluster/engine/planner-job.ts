import type { Engine, Pulse } from './engine.ts'
import { PLAN_JOB } from './keys.ts'
import { Planner } from './planner.ts'
import { SoleJob } from './sole-job.ts'

/** The job of the planner: one machine of those that have a list holds it, and is the planner for as long. */
export class PlannerJob {
  readonly planner: Planner
  readonly #job: SoleJob
  readonly #run: string

  /** `run`: which run of headcount this is. */
  constructor(engine: Engine, run: string, originOf: (url: string) => string) {
    this.#job = new SoleJob(engine.planner, PLAN_JOB, run)
    this.#run = run
    this.planner = new Planner(engine, originOf)
  }

  /** This machine is the planner. */
  get isHeld(): boolean {
    return this.#job.token !== null
  }

  /** Renews its lock. */
  renew(): Promise<void> {
    return this.#job.renew()
  }

  /**
   * Plans, or tries to become the planner. `revision`: of the plan that the engine has. `isDrained`: another machine shall be. Rejects when
   * the engine does not answer.
   */
  async turn({ revision, isDrained }: Pick<Pulse, 'revision' | 'isDrained'>, now: number): Promise<void> {
    // Also when its lists have become empty: another machine may have some.
    if (isDrained || !this.planner.isReady) return this.release()
    // What is on a list that could not be read yet may be in the plan of another machine.
    if (!this.isHeld && !this.planner.mayReplace(revision)) return
    await this.#job.attempt(now)
    const { token } = this.#job
    const isHeld = () => this.#job.token === token
    if (token !== null) await this.planner.run({ token, isHeld, run: this.#run }, revision, now)
  }

  /** Lets another machine be the planner. */
  release(): Promise<void> {
    return this.#job.release()
  }
}
