import { LOOK_MS, MainWatch } from '../../../src/cluster/engine/main-watch.ts'
import { ClusterNode } from '../../../src/cluster/share/cluster-node.ts'
import type { Effect } from '../../../src/cluster/share/effect.ts'
import { RENEW_MS } from '../../../src/cluster/share/lease.ts'
import type { SimulatedEngine } from './simulated-engine.ts'

const STALLED_CHECK_MS = 400
const LIVE_MS = 1_500
const ALIVE_MS = 500

/** The most that main and the pollers are behind the cluster thread, and that polls in flight are waited for, in ms. */
const MAX_HOP_MS = 60
const MAX_FLIGHT_MS = 500

/** What a machine finds around it. */
export interface Surroundings {
  /** The true time, in ms. */
  readonly now: number
  readonly engine: SimulatedEngine
  /** When each machine was heard last, by the clock of the engine, and whether it could take batches. */
  readonly heard: Map<string, { readonly at: number; readonly isReady: boolean }>
  /** The plan that the engine has: the number of URLs of each batch. */
  readonly plan: ReadonlyMap<string, number>
  /** A number from 0 up to 1, from the seed. */
  random(): number
  /** Sends a request to the engine: it is carried out and answered after a while, or lost: `answered` gets undefined then. */
  request<T>(
    machine: SimulatedMachine,
    act: (now: number) => T,
    answered: (answer: T | undefined) => void,
  ): void
}

/** One machine: a ClusterNode, and a main with pollers that do what it wants a little later. Its clock runs as it likes. */
export class SimulatedMachine {
  readonly name: string
  readonly node = new ClusterNode(Number.POSITIVE_INFINITY)
  /** It does nothing until this true time. */
  frozenUntil = 0
  /** Its main does nothing until this true time: it has not started, or stands still. */
  stalledUntil: number
  /** Nothing passes between it and the engine until this true time. */
  cutUntil = 0
  /** Which start of the server it is connected to. */
  epoch = -1
  readonly #around: Surroundings
  readonly #rate: number
  readonly #offset: number
  /** What main and the pollers are told, in order. */
  readonly #inbox: { readonly at: number; readonly act: () => void }[] = []
  /** What pollers poll, and from when on. */
  readonly #lent = new Map<string, number>()
  #leaseUntil = Number.NEGATIVE_INFINITY
  readonly #main = new MainWatch()
  #aliveAt = 0
  #renewAt = 0
  #turnAt = 0
  #tokens = 0
  #isRenewing = false
  #isReading = false
  #plan: ReadonlyMap<string, number> = new Map()

  /** `startsAt`: when its main has started, the true time. */
  constructor(name: string, around: Surroundings, rate: number, offset: number, startsAt: number) {
    this.name = name
    this.#around = around
    this.stalledUntil = startsAt
    this.#rate = rate
    this.#offset = offset
  }

  /** Its own clock. */
  get clock(): number {
    return this.#around.now * this.#rate + this.#offset
  }

  get isFrozen(): boolean {
    return this.#around.now < this.frozenUntil
  }

  /** The batches of which a poll could start now. */
  *polls(): Generator<string> {
    const own = this.clock
    if (this.isFrozen || own >= this.#leaseUntil) return
    for (const [batch, from] of this.#lent) if (own >= from) yield batch
  }

  /** Lives on to this moment. */
  step(): void {
    if (this.isFrozen) return
    const own = this.clock
    if (this.#around.now >= this.stalledUntil) this.#stepMain(own)
    if (own >= this.#turnAt) {
      this.#turnAt = own + LOOK_MS
      if (this.#main.look(own)) this.#renewAt = own
      this.node.allow(this.#main.canPoll)
      this.do(this.node.tick(own))
      this.#ask((at) => this.#around.engine.recoverStalled(at, STALLED_CHECK_MS))
    }
    if (own >= this.#renewAt && !this.#isRenewing) this.#renew(own)
  }

  /** Does what its ClusterNode wants. */
  do(effects: readonly Effect[]): void {
    for (const effect of effects) this.#doOne(effect)
  }

  #stepMain(own: number): void {
    while (this.#inbox[0] !== undefined && this.#inbox[0].at <= own) this.#inbox.shift()?.act()
    if (own < this.#aliveAt) return
    this.#aliveAt = own + ALIVE_MS
    this.#main.alive(true)
  }

  #renew(sentAt: number): void {
    this.#renewAt = sentAt + RENEW_MS
    this.#isRenewing = true
    const held = [...this.node.holdings()]
    const isReady = this.#main.canPoll && this.#plan.size > 0
    const act = (at: number) => {
      const { engine, heard, plan } = this.#around
      const refused = engine.renew(held, at)
      heard.set(this.name, { at, isReady })
      let live = 1
      for (const [name, last] of heard)
        if (name !== this.name && last.isReady && Math.abs(at - last.at) < LIVE_MS) live++
      return { refused, live, plan }
    }
    this.#around.request(this, act, (answer) => {
      this.#isRenewing = false
      if (answer === undefined) return
      this.do(this.node.renewed(sentAt, answer.refused, answer.live, this.clock))
      if (this.#plan.size > 0) return this.#follow(answer.plan)
      if (this.#isReading) return
      this.#isReading = true
      this.#tell(() => this.#follow(answer.plan))
    })
  }

  #follow(plan: ReadonlyMap<string, number>): void {
    if (this.#plan === plan) return
    this.#plan = plan
    this.do(this.node.planned(plan, this.clock))
  }

  #doOne(effect: Effect): void {
    switch (effect.type) {
      case 'take':
        return this.#take()
      case 'lend':
        return this.#tell(() => this.#lent.set(effect.batch, effect.from))
      case 'recall':
        return this.#tell(() => {
          this.#lent.delete(effect.batch)
          this.#tell(
            () => this.do(this.node.returned(effect.batch, this.clock)),
            this.#around.random() * MAX_FLIGHT_MS,
          )
        })
      case 'drop':
        return this.#tell(() => {
          for (const batch of effect.batches) this.#lent.delete(batch)
          for (const batch of effect.batches) this.#tell(() => this.do(this.node.returned(batch, this.clock)))
        })
      case 'lease':
        return this.#tell(() => (this.#leaseUntil = effect.until))
      case 'release':
        return this.#ask((at) => this.#around.engine.release(effect.batch, effect.token, effect.clean, at))
      case 'finish':
        return this.#finish(effect.batch, effect.token, effect.clean)
      default:
        effect satisfies never
    }
  }

  #take(): void {
    const token = `${this.name}:${this.#tokens++}`
    const sentAt = this.clock
    const { engine } = this.#around
    this.#around.request(
      this,
      (at) => engine.take(token, at),
      (taken) => {
        if (taken === undefined || taken === null) return this.node.nothingToTake()
        const urls = this.#plan.get(taken.batch)
        if (urls !== undefined) return this.do(this.node.taken({ ...taken, token, urls }, sentAt, this.clock))
        this.node.nothingToTake()
        this.#finish(taken.batch, token, false)
      },
    )
  }

  /** Gives a batch back, and ends it if it is in no plan. */
  #finish(batch: string, token: string, clean: boolean): void {
    const { engine } = this.#around
    this.#ask((at) => {
      if (engine.release(batch, token, clean, at) && !this.#around.plan.has(batch)) engine.remove(batch, at)
    })
  }

  #ask(act: (now: number) => unknown): void {
    this.#around.request(this, act, () => {})
  }

  /** Main hears of it a little later, and of nothing that was said afterwards before it. */
  #tell(act: () => void, afterMs = this.#around.random() * MAX_HOP_MS): void {
    const last = this.#inbox.at(-1)?.at ?? 0
    this.#inbox.push({ at: Math.max(last, this.clock + afterMs), act })
  }
}
