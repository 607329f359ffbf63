import { setTimeout as sleep } from 'node:timers/promises'
import { originOf } from '../../resource/origin-of.ts'
import type { Url } from '../../resource/resource.ts'
import { ClusterNode } from '../share/cluster-node.ts'
import type { Effect } from '../share/cluster-node.ts'
import { RENEW_MS } from '../share/lease.ts'
import { STALLED_CHECK_MS } from './batch-queue.ts'
import { Engine } from './engine.ts'
import { Exchange } from './exchange.ts'
import { isLive, readHeard, saysOf } from './machines.ts'
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

/** Time between two turns in which batches are asked for, in ms. */
const TURN_MS = 100

/** Time between two looks whether everything is back, in ms. */
const STOP_CHECK_MS = 10

/** This machine in the cluster: what ClusterNode decides is done with the engine, and main is told. */
export class Member {
  readonly #launch: Omit<ClusterLaunch, 'port'>
  readonly #now: () => number
  readonly #post: (event: ClusterEvent) => void
  /** What tokens of this thread begin with. */
  readonly #tokens: string
  readonly #engine: Engine
  readonly #node = new ClusterNode(Number.POSITIVE_INFINITY)
  readonly #own: OwnStatus
  readonly #exchange: Exchange
  readonly #view: PlanView
  readonly #reader: ResultsReader
  readonly #planner: PlannerJob
  readonly #notices: Notices
  readonly #timers: NodeJS.Timeout[] = []
  #takes = 0
  #isPulsing = false
  #isStopping = false

  /** `now`: the monotonic clock, in ms. */
  constructor(launch: Omit<ClusterLaunch, 'port'>, now: () => number, post: (event: ClusterEvent) => void) {
    const { options, known } = launch
    this.#launch = launch
    this.#tokens = `${launch.run}.${launch.launch}`
    this.#now = now
    this.#post = post
    this.#engine = new Engine(options)
    this.#notices = new Notices(options.server, post)
    this.#planner = new PlannerJob(this.#engine, this.#tokens, (url) => originOf(url as Url))
    this.#own = new OwnStatus(options.node, this.#node, this.#planner, Date.now)
    const rows = new Rows()
    this.#exchange = new Exchange(this.#engine, this.#node, rows)
    const planned = (plan: ReadonlyMap<string, number>) => this.#do(this.#node.planned(plan, now()))
    const hooks = { post, offset: () => this.#own.offset, planned }
    this.#view = new PlanView(this.#engine.plans, rows, hooks, known)
    this.#reader = new ResultsReader(this.#engine, (...all) => this.#exchange.show(...all))
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
    every(TURN_MS, () => this.#do(this.#node.tick(this.#now())))
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
        return this.#planner.planner.complete()
      case 'defined':
        return this.#view.defined(message.batch, message.version, message.ids, message.generations)
      case 'facts':
        return this.#exchange.addFacts(message.facts, this.#own.offset)
      case 'returned':
        for (const batch of message.batches) this.#do(this.#node.returned(batch, this.#now()))
        return
      case 'poller':
        this.#exchange.ports.listen(message.poller, message.from)
        return this.#exchange.ports.show(message.poller, message.to)
      case 'monitor':
        return this.#exchange.ports.show(message.poller, message.to)
      case 'stop':
        return void this.#stop()
      default:
        message satisfies never
    }
  }

  async #ready(): Promise<void> {
    if (!(await this.#notices.checked(() => this.#engine.info()))) return
    this.#do(this.#node.connected(this.#now()))
    await quietly(this.#reader.start())
    await this.#pulse()
  }

  /** Says that this machine lives, renews what it holds, and looks what has changed. */
  async #pulse(): Promise<void> {
    if (this.#isPulsing || !this.#engine.isConnected || !this.#notices.isFit) return
    this.#isPulsing = true
    const sentAt = this.#now()
    try {
      const held = [...this.#node.holdings()]
      const own = this.#own.says
      const [pulse, refused] = await Promise.all([
        this.#engine.pulse(this.#launch.run, saysOf(own)),
        this.#engine.batches.renew(held),
        this.#planner.renew(),
      ])
      const now = this.#now()
      this.#own.heard(pulse, sentAt, now)
      this.#node.drain(pulse.isDrained)
      if (this.#notices.isNameTaken(pulse.nameTaken, this.#launch.options.node, now)) return
      const others = pulse.others.map(readHeard)
      this.#do(this.#node.renewed(sentAt, refused, others.filter(isLive).length + 1, now))
      this.#notices.ready(others, own)
      // Not waited for: renewals go on while a long plan is read.
      void quietly(this.#view.follow(pulse.revision))
      void quietly(this.#planner.turn(pulse, now))
    } catch (error) {
      if (!this.#isStopping) this.#notices.failed(error as Error)
    } finally {
      this.#isPulsing = false
    }
  }

  #do(effects: readonly Effect[]): void {
    for (const effect of effects) this.#doOne(effect)
  }

  #doOne(effect: Effect): void {
    switch (effect.type) {
      case 'take':
        return void this.#take()
      case 'lend':
        return // Told together with what is known of it, by `#take`.
      case 'drop':
        this.#exchange.drop(effect.batches)
        return this.#post(effect)
      case 'recall':
      case 'lease':
        return this.#post(effect)
      case 'release':
      case 'finish':
        return this.#exchange.handBack(effect)
      default:
        effect satisfies never
    }
  }

  async #take(): Promise<void> {
    const token = `${this.#tokens}:${++this.#takes}`
    const sentAt = this.#now()
    const taken = await this.#exchange.take(token).catch(() => null)
    if (taken === null) return this.#node.nothingToTake()
    for (const effect of this.#node.taken(taken, sentAt, this.#now())) {
      if (effect.type !== 'lend') this.#doOne(effect)
      else
        this.#post({
          ...effect,
          facts: this.#view.facts(taken.batch, taken.records),
          offset: this.#own.offset,
        })
    }
  }

  /** Hands everything back, then leaves. Main gives it little time. */
  async #stop(): Promise<void> {
    this.#isStopping = true
    this.#do(this.#node.stop())
    while (!this.#node.isIdle) await sleep(STOP_CHECK_MS)
    await this.#exchange.handedBack()
    for (const timer of this.#timers) clearInterval(timer)
    await quietly(Promise.all([this.#planner.release(), this.#engine.leave()]))
    await quietly(this.#reader.close())
    this.#exchange.ports.close()
    this.#post({ type: 'stopped' })
    this.#engine.close()
  }
}
