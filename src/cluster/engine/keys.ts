/** The names of the queues of BullMQ. */
export const BATCHES = 'batches'
export const PLANNER = 'planner'
export const ALERTS = 'alerts'

/** The id of the planner's job. */
export const PLAN_JOB = 'plan'

/** The id of the job of telling people of alerts. */
export const ALERT_JOB = 'tell'

/** The keys of a zone of a cluster, and those of all zones. All of them hash to one slot of a Redis Cluster, by the braces. */
export class Keys {
  readonly #name: string
  /** What those of all zones begin with. */
  readonly #shared: string
  /** What those of the zone begin with. */
  readonly #own: string
  readonly plan: string
  readonly revision: string
  /** Batches that were taken out of the plan, and whose URLs are in no other one yet. */
  readonly leaving: string
  /** Of all zones. */
  readonly machines: string
  /** Of all zones: so every machine sees them in one order. */
  readonly results: string
  /** The state of alerts, of all zones. */
  readonly alerts: string
  /** Machines of all zones that were told to hand everything over: which run of each. */
  readonly drained: string
  /** Before the id of a batch. */
  readonly definitions: string
  readonly facts: string

  /** `zone`: '' for that without a name. */
  constructor(name: string, zone: string) {
    this.#name = name
    this.#shared = `{headcount-${name}}`
    this.#own = zone === '' ? this.#shared : `${this.#shared}:zone:${zone}`
    this.plan = `${this.#own}:plan`
    this.revision = `${this.#own}:revision`
    this.leaving = `${this.#own}:leaving`
    this.definitions = `${this.#own}:definition:`
    this.facts = `${this.#own}:facts:`
    this.machines = `${this.#shared}:machines`
    this.drained = `${this.#shared}:drained`
    this.alerts = `${this.#shared}:alert-state`
    this.results = `${this.#shared}:results`
  }

  /** Those of another zone. */
  of(zone: string): Keys {
    return new Keys(this.#name, zone)
  }

  /** What BullMQ puts before its own keys of this queue. */
  prefix(queue: string): string {
    return queue === ALERTS ? this.#shared : this.#own
  }

  /** Before the id of a job of this queue. */
  jobs(queue: string): string {
    return `${this.prefix(queue)}:${queue}:`
  }

  /** BullMQ's lock of a job. */
  lock(queue: string, id: string): string {
    return `${this.jobs(queue)}${id}:lock`
  }
}
