import packageJson from '#package.json' with { type: 'json' }
import type { ClusterOptions } from '../../settings/cluster-options.ts'
import type { ClusterNode } from '../share/cluster-node.ts'
import type { AlertsJob } from './alerts-job.ts'
import { ClockOffset } from './clock-offset.ts'
import type { Pulse } from './engine.ts'
import type { MachineStatus } from './messages.ts'
import type { PlannerJob } from './planner-job.ts'

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

  /** The engine has answered a pulse; both times are monotonic. */
  heard({ time, isDrained }: Pick<Pulse, 'time' | 'isDrained'>, sentAt: number, receivedAt: number): void {
    const now = this.#wallNow()
    this.#monotonic.add(time, sentAt, receivedAt)
    this.#wall.add(time, now - (receivedAt - sentAt), now)
    this.#isDrained = isDrained
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
      version: packageJson.version,
    }
  }
}
