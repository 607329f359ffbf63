import { originOf } from '../../resource/origin-of.ts'
import type { Url } from '../../resource/resource.ts'
import { ClusterNode } from '../share/cluster-node.ts'
import { RENEW_MS } from '../share/lease.ts'
import { STALLED_CHECK_MS } from './batch-queue.ts'
import { AlertsJob } from './alerts-job.ts'
import { Effects } from './effects.ts'
import { Engine } from './engine.ts'
import { Exchange } from './exchange.ts'
import { LOOK_MS, MainWatch } from './main-watch.ts'
import { hasWhole, isLive, readHeard, saysOf } from './machines.ts'
import type { ClusterEvent, ClusterLaunch, ClusterMessage } from './messages.ts'
import { Notices } from './notices.ts'
import { OwnStatus } from './own-status.ts'
import { PlanView } from './plan-view.ts'
import { PlannerJob } from './planner-job.ts'
import { quietly } from './quietly.ts'
import { ResultsReader } from './results-reader.ts'
import { Rows } from './rows.ts'

/** Time between two reports, in ms: a machine that dies has told all that is older. */
const REPORT_MS = 250

/** This machine in the cluster: what ClusterNode decides is done with the engine, and main is told. */
export class Member {
  readonly #launch: Omit<ClusterLaunch, 'port'>
  readonly #now: () => number
  readonly #post: (event: ClusterEvent) => void
  readonly #engine: Engine
  readonly #node = new ClusterNode(Number.POSITIVE_INFINITY)
  readonly #own: OwnStatus
  readonly #exchange: Exchange
  readonly #view: PlanView
  readonly #reader: ResultsReader
  readonly #planner: PlannerJob
  readonly #alerts: AlertsJob
  readonly #effects: Effects
  readonly #notices: Notices
  readonly #main = new MainWatch()
  readonly #timers: NodeJS.Timeout[] = []
  #isPulsing = false
  #isStopping = false

  /** `now`: the monotonic clock, in ms. `stderr` writes a line while main can't. */
  constructor(
    launch: Omit<ClusterLaunch, 'port'>,
    now: () => number,
    post: (event: ClusterEvent) => void,
    stderr: (line: string) => void,
  ) {
    const { options, known } = launch
    this.#launch = launch
    const tokens = `${launch.run}.${launch.launch}`
    this.#now = now
    this.#post = post
    this.#engine = new Engine(options)
    this.#notices = new Notices(options.server, post, stderr)
    this.#planner = new PlannerJob(this.#engine, tokens, (url) => originOf(url as Url))
    this.#alerts = new AlertsJob(this.#engine, tokens, (isHeld) => post({ type: 'alerts', isHeld }))
    const isReady = () => this.#main.canPoll && this.#view.knowsOne
    this.#own = new OwnStatus(options, this.#node, this.#planner, this.#alerts, isReady, Date.now)
    const rows = new Rows()
    this.#exchange = new Exchange(options.zone, this.#engine, this.#node, rows)
    const planned = (plan: ReadonlyMap<string, number>) => this.#effects.do(this.#node.planned(plan, now()))
    const hooks = { post, offset: () => this.#own.offset, planned, now, zones: this.#exchange.zones }
    this.#view = new PlanView(this.#engine.plans, rows, hooks, known)
    const [exchange, view, own] = [this.#exchange, this.#view, this.#own]
    this.#effects = new Effects({ tokens, node: this.#node, exchange, view, own, now, post })
    this.#reader = new ResultsReader(
      this.#engine,
      (...all) => this.#exchange.show(...all),
      () => this.#exchange.flush(),
      (name) => this.#notices.unreadable(name),
    )
    this.#engine.on('ready', () => void this.#ready())
    this.#engine.on('away', () => void (this.#isStopping || this.#notices.away()))
    this.#engine.on('failed', (error) => this.#notices.failed(error))
  }

  /** Connects, and takes part from then on. */
  start(): void {
    this.#engine.connect()
    const every = (ms: number, act: () => unknown) => this.#timers.push(setInterval(act, ms))
    every(RENEW_MS, () => void this.#pulse())
    every(REPORT_MS, () => void quietly(this.#exchange.report()))
    every(LOOK_MS, () => this.#tick(this.#now()))
    every(STALLED_CHECK_MS, () => void quietly(this.#engine.batches.recoverStalled()))
  }

  /** Does what main asks for. */
  handle(message: ClusterMessage): void {
    switch (message.type) {
      case 'listed':
        return this.#planner.planner.add(message.targets)
      case 'unlisted':
        return this.#planner.planner.remove(message.urls)
      case 'complete':
        return this.#planner.planner.complete(message.isWhole)
      case 'defined':
        return this.#view.defined(message.batch, message.version, message.ids, message.generations)
      case 'alive':
        return this.#main.alive(message.hasPoller)
      case 'facts':
        return this.#exchange.addFacts(message.facts, this.#own.offset)
      case 'returned':
        for (const batch of message.batches) this.#effects.do(this.#node.returned(batch, this.#now()))
        return
      case 'poller':
        this.#exchange.ports.listen(message.poller, message.from)
        return void this.#exchange.ports.show(message.poller, message.to)
      case 'monitor':
        if (this.#exchange.ports.show(message.poller, message.to)) this.#exchange.zones.tellAll()
        return
      case 'alerts':
        return this.#alerts.want()
      case 'shared':
        return this.#alerts.serve(message.port)
      case 'stop':
        return void this.#stop()
      default:
        message satisfies never
    }
  }

  #tick(now: number): void {
    const isOut = this.#main.look(now)
    this.#node.allow(this.#main.canPoll)
    if (this.#view.knowsOne && !this.#isStopping) this.#notices.polls(this.#main)
    this.#alerts.tick(now)
    this.#effects.do(this.#node.tick(now))
    // Others learn at once that they have a greater share.
    if (isOut) void this.#pulse()
  }

  /** There is a connection, perhaps to another server. */
  async #ready(): Promise<void> {
    this.#notices.uncheck()
    this.#effects.do(this.#node.connected(this.#now()))
    await quietly(this.#own.measureClocks(() => this.#engine.time(), this.#now)).then(() => this.#pulse())
  }

  /** Whether the server can be used. One that could not tell, or has been set otherwise since, is asked again. */
  async #mayUse(): Promise<boolean> {
    if (!this.#notices.isFit && !(await this.#notices.checked(() => this.#engine.info()))) return false
    // Not waited for: it is answered before what follows.
    void quietly(this.#reader.start())
    return true
  }

  /** Says that this machine lives, renews what it holds, and looks what has changed. */
  async #pulse(): Promise<void> {
    if (this.#isPulsing || !this.#engine.isConnected) return
    this.#isPulsing = true
    try {
      if (!(await this.#mayUse())) return
      const sentAt = this.#now()
      const held = [...this.#node.holdings()]
      const own = this.#own.says
      const [pulse, refused] = await Promise.all([
        this.#engine.pulse(this.#launch.run, saysOf(own)),
        this.#engine.batches.renew(held),
        this.#planner.renew(),
        this.#alerts.renew(sentAt),
      ])
      const now = this.#now()
      // A plan that only a newer headcount can read is left to those machines that can.
      const isDrained = pulse.isDrained || !pulse.isReadable
      this.#own.heard({ ...pulse, isDrained }, sentAt, now)
      this.#node.drain(isDrained)
      const others = pulse.others.map(readHeard)
      if (this.#notices.isNameTaken(pulse.nameTaken, others, own, now)) return
      this.#exchange.zones.heard([own, ...others], now)
      const sharing = others.filter((other) => other.zone === own.zone && isLive(other))
      this.#effects.do(this.#node.renewed(sentAt, refused, sharing.length + 1, now))
      this.#notices.ready(others, own, pulse.isReadable)
      // Not waited for: renewals go on while a long plan is read.
      if (pulse.isReadable) void this.#notices.followed(this.#view.follow(pulse.revision))
      void quietly(this.#planner.turn({ ...pulse, isDrained, hasWhole: hasWhole(others, own.zone) }, now))
      void quietly(this.#alerts.turn(own.isReady && this.#view.knows(pulse.revision), isDrained, now))
    } catch (error) {
      if (!this.#isStopping) this.#notices.failed(error as Error)
    } finally {
      this.#isPulsing = false
    }
  }

  /** Hands everything back, then leaves. Main gives it little time. */
  async #stop(): Promise<void> {
    this.#isStopping = true
    this.#effects.do(this.#node.stop())
    const left = this.#alerts.leave(true)
    await this.#exchange.handedBack()
    for (const timer of this.#timers) clearInterval(timer)
    await quietly(Promise.all([left, this.#planner.release(), this.#engine.leave()]))
    await quietly(this.#reader.close())
    this.#exchange.ports.close()
    this.#post({ type: 'stopped' })
    this.#engine.close()
  }
}
