/** The names of the queues of BullMQ. */
export const BATCHES = 'batches'
export const PLANNER = 'planner'
export const ALERTS = 'alerts'

/** The id of the planner's job. */
export const PLAN_JOB = 'plan'

/** The id of the job of telling people of alerts. */
export const ALERT_JOB = 'tell'

/** The keys of a cluster. All of them hash to one slot of a Redis Cluster, by the braces. */
export class Keys {
  /** What BullMQ puts before its own keys. */
  readonly prefix: string
  readonly plan: string
  readonly revision: string
  /** Batches that were taken out of the plan, and whose URLs are in no other one yet. */
  readonly leaving: string
  readonly machines: string
  readonly results: string
  /** The state of alerts. */
  readonly alerts: string
  /** Machines that were told to hand everything over: which run of each. */
  readonly drained: string
  /** Before the id of a batch. */
  readonly definitions: string
  readonly facts: string

  constructor(name: string) {
    this.prefix = `{headcount-${name}}`
    this.plan = `${this.prefix}:plan`
    this.revision = `${this.prefix}:revision`
    this.leaving = `${this.prefix}:leaving`
    this.machines = `${this.prefix}:machines`
    this.drained = `${this.prefix}:drained`
    this.alerts = `${this.prefix}:alert-state`
    this.results = `${this.prefix}:results`
    this.definitions = `${this.prefix}:definition:`
    this.facts = `${this.prefix}:facts:`
  }

  /** Before the id of a job of this queue. */
  jobs(queue: string): string {
    return `${this.prefix}:${queue}:`
  }

  /** BullMQ's lock of a job. */
  lock(queue: string, id: string): string {
    return `${this.jobs(queue)}${id}:lock`
  }
}
