import packageJson from '#package.json' with { type: 'json' }
import type { ClusterOptions } from '../../settings/cluster-options.ts'
import type { ClusterNode } from '../share/cluster-node.ts'
import type { AlertsJob } from './alerts-job.ts'
import { ClockOffset } from './clock-offset.ts'
import type { Pulse } from './engine.ts'
import type { MachineStatus } from './messages.ts'
import type { PlannerJob } from './planner-job.ts'

/** How often the time of an engine is asked for when there is a connection. */
const FIRST_MEASUREMENTS = 4

/** What this machine says of itself, and how its clocks go. */
export class OwnStatus {
  readonly #name: string
  readonly #zone: string
  readonly #node: Pick<ClusterNode, 'urls' | 'holdings'>
  readonly #planner: PlannerJob
  readonly #alerts: Pick<AlertsJob, 'isHeld'>
  readonly #isReady: () => boolean
  readonly #wallNow: () => number
  readonly #monotonic = new ClockOffset()
  readonly #wall = new ClockOffset()
  #isDrained = false

  /** `wallNow`: the clock that people see, in ms since the epoch. */
  constructor(
    { node: name, zone }: Pick<ClusterOptions, 'node' | 'zone'>,
    node: Pick<ClusterNode, 'urls' | 'holdings'>,
    planner: PlannerJob,
    alerts: Pick<AlertsJob, 'isHeld'>,
    isReady: () => boolean,
    wallNow: () => number,
  ) {
    this.#name = name
    this.#zone = zone
    this.#node = node
    this.#planner = planner
    this.#alerts = alerts
    this.#isReady = isReady
    this.#wallNow = wallNow
  }

  /** What to add to a monotonic time of this machine to get that of the engine. */
  get offset(): number {
    return this.#monotonic.value
  }

  /**
   * There is a connection, perhaps to another engine: asks for its time, more than once, since the first answer of one that starts may come late.
   * `now`: the monotonic clock. Rejects when the engine does not answer.
   */
  async measureClocks(time: () => Promise<number>, now: () => number): Promise<void> {
    for (let count = 0; count < FIRST_MEASUREMENTS; count++) {
      const sentAt = now()
      const answer = await time()
      // Not before: what is known of the last one is better than nothing.
      if (count === 0) for (const clock of [this.#monotonic, this.#wall]) clock.reset()
      this.#measured(answer, sentAt, now())
    }
  }

  /** The engine has answered a pulse; both times are monotonic. */
  heard({ time, isDrained }: Pick<Pulse, 'time' | 'isDrained'>, sentAt: number, receivedAt: number): void {
    this.#measured(time, sentAt, receivedAt)
    this.#isDrained = isDrained
  }

  #measured(time: number, sentAt: number, receivedAt: number): void {
    const now = this.#wallNow()
    this.#monotonic.add(time, sentAt, receivedAt)
    this.#wall.add(time, now - (receivedAt - sentAt), now)
  }

  /** All of it. */
  get says(): MachineStatus {
    return {
      name: this.#name,
      zone: this.#zone,
      ageMs: 0,
      urls: this.#node.urls,
      batches: [...this.#node.holdings()].length,
      plans: this.#planner.isHeld,
      alerts: this.#alerts.isHeld,
      isDrained: this.#isDrained,
      isReady: this.#isReady(),
      clockMs: Math.round(-this.#wall.value),
      list: this.#planner.planner.list,
      isPart: this.#planner.planner.isPart,
      version: packageJson.version,
    }
  }
}
