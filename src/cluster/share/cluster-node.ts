import type { Effect } from './effect.ts'
import { surplus, wantsMore } from './fair-share.ts'
import type { Shares } from './fair-share.ts'
import { Lease, LEASE_MS } from './lease.ts'

/** A batch that the engine has lent. */
interface Holding {
  readonly token: string
  readonly urls: number
  /** It is not polled before this time. */
  readonly from: number
  /** `lent`: it is polled. `recalled`: what is known of it is awaited. `lost`: the same, of what belongs to somebody else. */
  phase: 'lent' | 'recalled' | 'lost'
}

/** What the engine said of a batch that it has lent. */
export interface TakenBatch {
  readonly batch: string
  readonly token: string
  readonly urls: number
  readonly clean: boolean
}

/** How many batches one machine asks for at the same time. */
const TAKES_AT_ONCE = 4

/** The most batches that are recalled in one turn, so that not too many are with nobody at once. */
const MAX_RECALLS = 16

/**
 * The part of one machine in the cluster: which batches it asks for, holds and hands back, and until when it may poll. It has no clock
 * and no socket: what happens comes in, what has to be done goes out. Times are in ms of the machine's monotonic clock.
 */
export class ClusterNode {
  readonly #room: number
  readonly #lease = new Lease()
  readonly #held = new Map<string, Holding>()
  /** Batches that are in the plan, and how many URLs they have. */
  #plan: ReadonlyMap<string, number> = new Map()
  #urls = 0
  #machines = 1
  #connectedAt = Number.POSITIVE_INFINITY
  #takes = 0
  #isDrained = false
  #canPoll = true
  #stopping = false

  /** `room`: the most URLs that this machine may hold. */
  constructor(room: number) {
    this.#room = room
  }

  /** The batches that are polled here or were recalled, with the token of each. */
  *holdings(): Generator<readonly [batch: string, token: string]> {
    for (const [batch, { token, phase }] of this.#held) if (phase !== 'lost') yield [batch, token]
  }

  /** The token of a batch; null: this machine does not hold it. */
  tokenOf(batch: string): string | null {
    const holding = this.#held.get(batch)
    return holding === undefined || holding.phase === 'lost' ? null : holding.token
  }

  /** How many URLs this machine holds. */
  get urls(): number {
    let urls = 0
    for (const { urls: of, phase } of this.#held.values()) if (phase !== 'lost') urls += of
    return urls
  }

  /** How many URLs it should hold. */
  get shares(): Shares {
    const held = [...this.#held].filter(([, { phase }]) => phase === 'lent')
    return {
      urls: this.#urls,
      machines: this.#machines,
      room: this.#isDrained ? 0 : this.#room,
      held: held.map(([batch, { urls }]) => [batch, urls] as const),
    }
  }

  /** Nothing is held, and nothing is waited for. */
  get isIdle(): boolean {
    return this.#held.size === 0 && this.#takes === 0
  }

  /** There is a connection to the engine, a new one. What was handed back through one before may have been forgotten. */
  connected(now: number): Effect[] {
    this.#connectedAt = now
    return this.tick(now)
  }

  /** The plan has changed: these are its batches, with the number of URLs of each. */
  planned(plan: ReadonlyMap<string, number>, now: number): Effect[] {
    this.#plan = plan
    this.#urls = 0
    for (const urls of plan.values()) this.#urls += urls
    return this.tick(now)
  }

  /** A renewal that was sent at `sentAt` has come back: `refused` belong to somebody else. So many machines live. */
  renewed(sentAt: number, refused: readonly string[], machines: number, now: number): Effect[] {
    this.#machines = machines
    // Before anything is renewed: a machine that was frozen has lost all that it had, whatever the engine says.
    const effects = [...this.#expire(now), ...this.#lose(refused)]
    const before = this.#lease.until
    this.#lease.renewed(sentAt)
    if (this.#lease.until > before) effects.push({ type: 'lease', until: this.#lease.until })
    return [...effects, ...this.tick(now)]
  }

  /** Whether this machine was told to hand everything over and to take nothing. */
  drain(isDrained: boolean): void {
    this.#isDrained = isDrained
  }

  /** Whether main can poll what is held. If not, it can't be asked to hand anything back either. */
  allow(canPoll: boolean): void {
    this.#canPoll = canPoll
  }

  /** The engine has lent a batch. The request was sent at `sentAt`. */
  taken({ batch, token, urls, clean }: TakenBatch, sentAt: number, now: number): Effect[] {
    this.#takes--
    const effects = this.#expire(now)
    // It came too late, or while something of it is still here: its lock runs out, and it is taken anew.
    if (now >= sentAt + LEASE_MS || this.#held.has(batch)) return effects
    const from = Math.max(now, this.#connectedAt + LEASE_MS, clean ? 0 : now + LEASE_MS)
    this.#held.set(batch, { token, urls, from, phase: 'lent' })
    if (this.#stopping) return [...effects, ...this.#recall(batch)]
    effects.push({ type: 'lend', batch, from, clean })
    return [...effects, ...this.tick(now)]
  }

  /** The engine has no batch to lend, or could not be asked. */
  nothingToTake(): void {
    this.#takes--
  }

  /** What was recalled or dropped is back: nothing of it is polled here any more. */
  returned(batch: string, now: number): Effect[] {
    const holding = this.#held.get(batch)
    if (holding === undefined || holding.phase === 'lent') return []
    this.#held.delete(batch)
    if (holding.phase === 'lost') return []
    // Who had it before may poll it until then.
    return [this.#handBack(batch, holding.token, now >= holding.from)]
  }

  /** Time passes: asks for batches, and hands back what others should have. */
  tick(now: number): Effect[] {
    const effects = this.#expire(now)
    if (this.#stopping || !this.#lease.runs(now)) return effects
    if (!this.#canPoll) return this.#giveUp()
    for (const [batch, { phase }] of this.#held)
      if (phase === 'lent' && !this.#plan.has(batch)) effects.push(...this.#recall(batch))
    const { shares } = this
    for (const batch of surplus(shares).slice(0, MAX_RECALLS)) effects.push(...this.#recall(batch))
    if (wantsMore(shares)) for (; this.#takes < TAKES_AT_ONCE; this.#takes++) effects.push({ type: 'take' })
    return effects
  }

  /** Hands everything back. */
  stop(): Effect[] {
    this.#stopping = true
    return [...this.#held.keys()].flatMap((batch) => this.#recall(batch))
  }

  #recall(batch: string): Effect[] {
    const holding = this.#held.get(batch)
    if (holding?.phase !== 'lent') return []
    holding.phase = 'recalled'
    return [{ type: 'recall', batch }]
  }

  #handBack(batch: string, token: string, clean: boolean): Effect {
    return { type: this.#plan.has(batch) ? 'release' : 'finish', batch, token, clean }
  }

  /** Hands everything back without main, which may poll it until the lease is over: nobody else does before that. */
  #giveUp(): Effect[] {
    const held = [...this.holdings()]
    const handBack = held.map(([batch, token]) => this.#handBack(batch, token, false))
    return [...handBack, ...this.#lose(held.map(([batch]) => batch))]
  }

  /** When the lease is over, all is lost for good: another machine may have it, whatever a later renewal says. */
  #expire(now: number): Effect[] {
    return this.#lease.runs(now) ? [] : this.#lose([...this.#held.keys()])
  }

  #lose(batches: readonly string[]): Effect[] {
    const lost = batches.filter((batch) => (this.#held.get(batch)?.phase ?? 'lost') !== 'lost')
    for (const batch of lost) (this.#held.get(batch) as Holding).phase = 'lost'
    return lost.length === 0 ? [] : [{ type: 'drop', batches: lost }]
  }
}
