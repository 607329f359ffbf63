import type { Engine, Pulse } from './engine.ts'
import { PLAN_JOB } from './keys.ts'
import { Planner } from './planner.ts'
import { SoleJob } from './sole-job.ts'

/**
 * So often in a row no machine that has read all of its lists is heard before one that has not becomes the planner. The server may have lost
 * its data: it hears of the others again within a second.
 */
export const ALONE_PULSES = 8

/** The job of the planner: one machine of those that have a list holds it, and is the planner for as long. */
export class PlannerJob {
  readonly planner: Planner
  readonly #job: SoleJob
  readonly #run: string
  #alone = 0

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
   * Plans, or tries to become the planner. `revision`: of the plan that the engine has. `isDrained`: another machine shall be. `hasWhole`:
   * another machine can be, which has read all of its lists. Rejects when the engine does not answer.
   */
  async turn({ revision, isDrained, hasWhole }: Turn, now: number): Promise<void> {
    this.#alone = hasWhole ? 0 : this.#alone + 1
    const isLeft = this.planner.isPart && hasWhole
    // Also when its lists have become empty: another machine may have some.
    if (isDrained || !this.planner.isReady || isLeft) return this.release()
    if (this.planner.isPart && this.#alone < ALONE_PULSES) return
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

type Turn = Pick<Pulse, 'revision' | 'isDrained'> & { readonly hasWhole: boolean }
