import type { MessagePort } from 'node:worker_threads'
import { BoundedProfiles } from '../reload/bounded-profiles.ts'
import type { ListConsumer } from '../reload/list-consumer.ts'
import type { Work } from '../reload/work.ts'
import type { PollerNumber } from '../resource/poller-number.ts'
import { ResourceTable } from '../resource/resource-table.ts'
import type { PolledResource } from '../resource/resource.ts'
import { withTimeout } from '../runtime/with-timeout.ts'
import type { ClusterOptions } from '../settings/cluster-options.ts'
import { Profiles } from '../settings/profiles.ts'
import type { UrlOptions } from '../settings/url-options.ts'
import { ClusterAlerts } from './cluster-alerts.ts'
import type { ClusterHooks, ClusterParts } from './cluster-parts.ts'
import { clusterView } from './cluster-view.ts'
import type { ClusterStatus, ClusterView } from './cluster-view.ts'
import { ClusterThread } from './cluster-thread.ts'
import type { ClusterEvent, ClusterMessage } from './engine/messages.ts'
import { HeldBatches } from './held-batches.ts'
import { ListFeed } from './list-feed.ts'
import { MonitorPorts } from './monitor-ports.ts'
import { PlanKeeper } from './plan-keeper.ts'
import { PlannedUrls } from './planned-urls.ts'

/** Time between two words to the cluster thread that main lives, in ms. */
const ALIVE_MS = 500

/** How long handing everything back may take at the end, in ms. */
const STOP_MS = 900

/** Main's part of a cluster: the Resources that the engine lends to this machine are scheduled here, and no others. */
export class Cluster {
  /** What is polled and shown: not what the lists of this machine name, but the plan. */
  readonly work: Work
  /** Whether this machine is the one that tells people of alerts. */
  readonly alerts: ClusterAlerts
  readonly #lists: ListFeed
  readonly #timeoutMs: number
  readonly #hooks: ClusterHooks
  readonly #thread: ClusterThread
  readonly #planned: PlannedUrls
  readonly #ports: MonitorPorts
  readonly #stopped = Promise.withResolvers<void>()
  #parts: ClusterParts | null = null
  #held: HeldBatches | null = null
  #plan: PlanKeeper | null = null
  #aliveTimer: NodeJS.Timeout | undefined
  #leaseUntil = Number.NEGATIVE_INFINITY
  #status: ClusterStatus | null = null
  /** The thread has taken the place of another one, and no poller knows it yet. */
  #isNew = false
  /** Events that come before main has all parts. */
  readonly #early: ClusterEvent[] = []

  constructor(given: Work, options: ClusterOptions, flags: UrlOptions, hooks: ClusterHooks) {
    this.work = { ...given, table: new ResourceTable(), profiles: new Profiles(flags) }
    this.#timeoutMs = flags.timeoutMs
    this.#hooks = hooks
    this.#thread = new ClusterThread(options, {
      known: () => this.#planned.batches,
      received: (event) => this.#received(event),
      lost: (error) => this.#lost(error),
      replaced: () => this.#replaced(),
      failed: (error) => hooks.failed(error),
    })
    const profiles = new BoundedProfiles(this.work.profiles, (line) => hooks.log(`${line}\n`))
    this.#planned = new PlannedUrls(this.work.table, profiles)
    this.alerts = new ClusterAlerts((message, transfer) => this.#thread.post(message, transfer))
    this.#ports = new MonitorPorts((message, transfer) => this.#thread.post(message, transfer))
    const post = (message: ClusterMessage) => this.#thread.post(message)
    this.#lists = new ListFeed(given.table, given.profiles, given.lists.readings, post)
  }

  /** The cluster as this machine sees it. */
  get stats(): ClusterView {
    return clusterView(this.#status)
  }

  /** Begins: no poll starts before the engine has lent something. Returns what takes the changes of the lists. */
  start(
    schedule: ClusterParts['schedule'],
    dispatcher: ClusterParts['dispatcher'],
    pollers: ClusterParts['pollers'],
    monitor: ClusterParts['monitor'],
  ): ListConsumer {
    const parts = { schedule, dispatcher, pollers, monitor }
    const { table, profiles } = this.work
    this.#parts = parts
    dispatcher.pollOnTime()
    pollers.setLease(this.#leaseUntil, [])
    const post = (message: ClusterMessage, transfer?: ArrayBuffer[]) => this.#thread.post(message, transfer)
    this.#plan = new PlanKeeper(table, this.#planned, parts, post)
    this.#held = new HeldBatches(
      this.#planned,
      {
        url: (id) => table.url(id),
        cadence: (id) => profiles.cadence(table.profile(id)),
        timeoutMs: (id) => profiles.overrides(table.profile(id))?.timeoutMs ?? this.#timeoutMs,
      },
      {
        adopt: (resources) => dispatcher.adopt(resources),
        giveUp: (ids) => ids.filter((id) => schedule.handover.giveUp(id)),
        isLent: (id) => schedule.handover.isLent(id),
        stateOf: (id) => schedule.handover.stateOf(id),
        revoke: (ids) => pollers.setLease(this.#leaseUntil, ids),
      },
      post,
    )
    this.#lists.start()
    for (const event of this.#early.splice(0)) this.#received(event)
    if (this.#isNew) void this.#connectPollers(parts)
    const alive = () => post({ type: 'alive', hasPoller: pollers.canPoll })
    alive()
    this.#aliveTimer = setInterval(alive, ALIVE_MS)
    return this.#lists
  }

  /** The port on which the monitor gets what it shows of a poller, whose States come on `status`. */
  statesOf(poller: PollerNumber, status: MessagePort): MessagePort {
    return this.#ports.of(poller, status)
  }

  /** The ports for a new monitor. */
  newMonitorPorts(): Promise<[poller: PollerNumber, status: MessagePort][]> {
    return Promise.resolve(this.#ports.renewed())
  }

  /** Resources came back from their polls. */
  returned(resources: readonly PolledResource[]): void {
    this.#held?.polled(resources)
  }

  /** Hands everything back, for others to go on with at once. */
  async stop(): Promise<void> {
    this.#thread.post({ type: 'stop' })
    await withTimeout(this.#stopped.promise, STOP_MS)
    clearInterval(this.#aliveTimer)
  }

  /** The thread has died, and with it the leases: who takes a batch now waits until those in the pollers are over. */
  #lost(error: Error): void {
    this.#hooks.log(`${error.message}; another takes its place, and nothing is polled meanwhile\n`)
    this.#leaseUntil = Number.NEGATIVE_INFINITY
    this.#status = null
    this.alerts.changed(false)
    this.#parts?.pollers.setLease(this.#leaseUntil, this.#held?.dropAll() ?? [])
  }

  #replaced(): void {
    this.#isNew = true
    this.alerts.ask()
    if (this.#parts === null) return
    this.#lists.start()
    void this.#connectPollers(this.#parts)
  }

  async #connectPollers({ pollers, monitor }: ClusterParts): Promise<void> {
    this.#isNew = false
    for (const [poller, status] of await pollers.switchStatusPorts())
      monitor.listen(poller, this.statesOf(poller, status))
  }

  #received(event: ClusterEvent): void {
    if (event.type === 'refused') return this.#hooks.failed(new Error(event.message))
    const [held, plan, parts] = [this.#held, this.#plan, this.#parts]
    if (held === null || plan === null || parts === null) {
      this.#early.push(event)
      return
    }
    switch (event.type) {
      case 'define':
        return void plan.define(event)
      case 'undefine':
        return plan.undefine(event.batches)
      case 'lend':
        return held.lend(event)
      case 'recall':
        return held.recall(event.batch)
      case 'drop':
        return parts.pollers.setLease(this.#leaseUntil, held.drop(event.batches))
      case 'lease':
        this.#leaseUntil = event.until
        return parts.pollers.setLease(event.until, [])
      case 'status':
        return void (this.#status = event)
      case 'alerts':
        return this.alerts.changed(event.isHeld)
      case 'notice':
        return this.#hooks.log(`${event.line}\n`)
      case 'stopped':
        return this.#stopped.resolve()
      default:
        event satisfies never
    }
  }
}
