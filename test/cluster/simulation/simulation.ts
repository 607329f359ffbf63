import { LEASE_MS } from '../../../src/cluster/share/lease.ts'
import { seeded } from '../../helpers/random.ts'
import { SimulatedEngine } from './simulated-engine.ts'
import { SimulatedMachine } from './simulated-machine.ts'
import type { Surroundings } from './simulated-machine.ts'

/** What is simulated. */
export interface SimulationOptions {
  readonly seed: number
  readonly machines: number
  readonly batches: number
  readonly urlsPerBatch: number
  /** How long there are faults, in ms of simulated time; a quiet time follows. */
  readonly faultsMs: number
}

/** What came of it. */
export interface SimulationResult {
  /** What should never be, as texts for people. */
  readonly problems: readonly string[]
  readonly faults: number
  /** The most that one machine holds at the end, as a multiple of what they hold on average. */
  readonly unfairness: number
}

const STEP_MS = 20

/** A run ends when it has found so many problems. */
const MAX_PROBLEMS = 5

/** A request without an answer after this long has failed, in ms. */
const TIMEOUT_MS = 1_000

/** In a quiet time, every URL is polled again after this, in ms: a lock that runs out, a lease that is waited for, and what a turn takes. */
const RECOVERY_MS = 10_000

/** How far the speeds of clocks differ: each is this much faster or slower than the true one, at most. */
const DRIFT = 0.04

/** Machines that share a list through a simulated engine, with faults that follow from a seed. The true time is known here alone. */
export class Simulation implements Surroundings {
  now = 0
  readonly engine = new SimulatedEngine()
  readonly heard: Surroundings['heard'] = new Map()
  plan: ReadonlyMap<string, number>
  readonly #options: SimulationOptions
  readonly #random: ReturnType<typeof seeded>
  readonly #machines: SimulatedMachine[] = []
  readonly #calls: { readonly at: number; readonly act: () => void }[] = []
  readonly #problems: string[] = []
  readonly #lastPolled = new Map<string, number>()
  #engineOffset = 1_700_000_000_000
  #epoch = 0
  #awayUntil = 0
  #isSlow = false
  #saved: () => void = () => {}
  #savedAt = 0
  #plannedAt = 0
  #faultAt = 0
  #faults = 0
  #names = 0
  /** Batches that are to be in the plan once no machine has these any more. */
  #change: { readonly gone: Set<string>; readonly added: [string, number][] } | null = null

  constructor(options: SimulationOptions) {
    this.#options = options
    this.#random = seeded(options.seed)
    const batches = Array.from(
      { length: options.batches },
      (_, n) => [`b${n}`, options.urlsPerBatch] as const,
    )
    this.plan = new Map(batches)
    for (let count = 0; count < options.machines; count++) this.#startMachine(this.random() * 3_000)
  }

  random(): number {
    return this.#random.next()
  }

  request<T>(
    machine: SimulatedMachine,
    act: (now: number) => T,
    answered: (answer: T | undefined) => void,
  ): void {
    const isLost = () =>
      this.now < this.#awayUntil || this.now < machine.cutUntil || machine.epoch !== this.#epoch
    if (machine.epoch !== this.#epoch && this.now >= this.#awayUntil && this.now >= machine.cutUntil) {
      machine.epoch = this.#epoch
      machine.do(machine.node.connected(machine.clock))
    }
    const tripMs = this.random() * (this.#isSlow ? 1_500 : 40)
    let isDone = false
    // An answer to a frozen machine waits until it goes on, and so does the end of its patience.
    const answer = (value: T | undefined) => {
      if (isDone) return
      if (machine.isFrozen) return this.#after(machine.frozenUntil - this.now, () => answer(value))
      isDone = true
      answered(value)
    }
    this.#after(tripMs / 2, () => {
      if (isLost()) return
      const value = act(this.now + this.#engineOffset)
      this.#after(tripMs / 2, () => {
        if (!isLost()) answer(value)
      })
    })
    this.#after(TIMEOUT_MS, () => answer(undefined))
  }

  /** Runs it to its end. */
  run(): SimulationResult {
    const { faultsMs } = this.#options
    for (
      ;
      this.now < faultsMs + 2 * RECOVERY_MS && this.#problems.length < MAX_PROBLEMS;
      this.now += STEP_MS
    ) {
      this.#runCalls()
      this.#planner()
      for (const machine of this.#machines) machine.step()
      if (this.now < faultsMs) this.#maybeFault()
      this.#check()
    }
    const urls = this.#lasting.map(({ node }) => node.urls)
    const held = urls.reduce((sum, of) => sum + of, 0)
    const total = [...this.plan.values()].reduce((sum, of) => sum + of, 0)
    if (held !== total) this.#problem(`${held} of ${total} URLs are held at the end`)
    const mean = held / urls.length
    const most = Math.max(...urls)
    // Batches are not divided.
    if (most > 1.2 * mean && most > mean + this.#options.urlsPerBatch)
      this.#problem(`one machine holds ${most} URLs, and ${mean} on average`)
    return { problems: this.#problems, faults: this.#faults, unfairness: most / mean }
  }

  /** Those whose main does not stand still for ever. */
  get #lasting(): SimulatedMachine[] {
    return this.#machines.filter(({ stalledUntil }) => stalledUntil < Number.POSITIVE_INFINITY)
  }

  #problem(text: string): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(`at ${this.now} ms: ${text}`)
  }

  #runCalls(): void {
    // Sorted by time: a request that was sent later may be carried out earlier.
    this.#calls.sort((one, other) => one.at - other.at)
    while (this.#calls[0] !== undefined && this.#calls[0].at <= this.now) this.#calls.shift()?.act()
  }

  #after(ms: number, act: () => void): void {
    this.#calls.push({ at: this.now + Math.max(ms, STEP_MS / 2), act })
  }

  #startMachine(mainStartsAt: number): void {
    const rate = 1 + (this.random() * 2 - 1) * DRIFT
    const offset = this.random() * 1e6
    this.#machines.push(new SimulatedMachine(`m${this.#names++}`, this, rate, offset, mainStartsAt))
  }

  /** One planner, which never dies: it adds jobs that are missing, and new batches when nobody has the old ones. */
  #planner(): void {
    if (this.now < this.#plannedAt || this.now < this.#awayUntil) return
    this.#plannedAt = this.now + 200
    if (this.now - this.#savedAt >= 1_000) {
      this.#saved = this.engine.saved()
      this.#savedAt = this.now
    }
    const change = this.#change
    if (change !== null) {
      const left = [...change.gone].filter(
        (batch) => !this.engine.remove(batch, this.now + this.#engineOffset),
      )
      if (left.length === 0) {
        this.plan = new Map([...this.plan, ...change.added])
        this.#change = null
      }
    }
    for (const batch of this.plan.keys()) this.engine.add(batch)
  }

  #maybeFault(): void {
    if (this.random() > STEP_MS / 2_500) return
    this.#faults++
    this.#faultAt = this.now
    const machine = this.#machines[Math.floor(this.random() * this.#machines.length)] as SimulatedMachine
    const long = 200 + this.random() ** 2 * 6_000
    const isLast = this.#lasting.every((other) => other === machine)
    const kinds = [
      () => (machine.frozenUntil = this.now + long),
      () => (machine.frozenUntil = this.now + long),
      () => (machine.cutUntil = this.now + long),
      () => {
        if (isLast) return
        this.#machines.splice(this.#machines.indexOf(machine), 1)
      },
      () => (machine.stalledUntil = Math.max(machine.stalledUntil, this.now + long)),
      () => {
        if (!isLast) machine.stalledUntil = Number.POSITIVE_INFINITY
      },
      () => this.#startMachine(this.now + long),
      () => this.#startMachine(Number.POSITIVE_INFINITY),
      () => this.#restart(long),
      () => this.engine.flush(),
      () => (this.#isSlow = !this.#isSlow),
      () => (this.#engineOffset += this.random() * 10_000),
      () => this.#changePlan(),
    ]
    kinds[Math.floor(this.random() * kinds.length)]?.()
  }

  /** The server is killed and comes back after a while with what was on its disk. */
  #restart(awayMs: number): void {
    this.#epoch++
    this.#awayUntil = this.now + awayMs
    this.#saved()
  }

  /** The URLs of two batches are in others from now on. */
  #changePlan(): void {
    if (this.#change !== null) return
    const gone = [...this.plan.keys()].filter(() => this.random() < 0.1).slice(0, 2)
    const added = gone.map((batch): [string, number] => [
      `${batch.split("'")[0]}'${this.#faults}`,
      this.plan.get(batch) as number,
    ])
    this.plan = new Map([...this.plan].filter(([batch]) => !gone.includes(batch)))
    this.#change = { gone: new Set(gone), added }
  }

  #check(): void {
    if (this.now >= this.#options.faultsMs && this.#isSlow) {
      this.#isSlow = false
      this.#faultAt = this.now
    }
    const holders = new Map<string, string>()
    for (const machine of this.#machines)
      for (const batch of machine.polls()) {
        const urls = batch.split("'")[0] as string
        const other = holders.get(urls)
        if (other !== undefined) this.#problem(`${urls} is polled by ${other} and by ${machine.name}`)
        holders.set(urls, machine.name)
        this.#lastPolled.set(urls, this.now)
      }
    const quietSince = Math.max(this.#faultAt + 6_200, this.#awayUntil)
    if (this.now < quietSince + RECOVERY_MS + LEASE_MS || this.#isSlow) return
    for (const batch of this.plan.keys()) {
      const urls = batch.split("'")[0] as string
      const last = this.#lastPolled.get(urls) ?? 0
      if (this.now - last > RECOVERY_MS) this.#problem(`${urls} is polled by nobody since ${last}`)
    }
  }
}
