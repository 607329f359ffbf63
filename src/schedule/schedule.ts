import { ResourceBatch } from '../resource/resource-batch.ts'
import { ensureCapacity } from '../resource/ensure-capacity.ts'
import type { PolledResource, ResourceId } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import { nextDue, nextAfterSetAside, reschedule } from './next-due.ts'
import type { Cadence, NextPoll } from './next-due.ts'
import { DueQueues } from './due-queues.ts'
import { Links, NONE } from './linked-queues.ts'
import { OriginLimiter } from './origin-limiter.ts'
import { packedIds } from './packed-ids.ts'
import { ASLEEP, AT_POLLER, DUE, NOWHERE, Holders } from './holders.ts'
import type { Owners } from './holders.ts'
import { Probation } from './probation.ts'
import type { Reclaimed } from './probation.ts'
import { InitialSpread } from './initial-spread.ts'
import type { SpreadOptions } from './initial-spread.ts'
import { TimingWheel } from './timing-wheel.ts'

/** How the schedule lends. */
export type ScheduleOptions = Cadence & SpreadOptions

/**
 * A poller may hold this many times what it polls at once, and as much of one origin: so that it starts the next poll
 * when one ends, without waiting for main, while those that were polled lie in its outbox.
 */
const LEND_AHEAD = 4

/** Most Resources in one message; keeps a batch near 32 KiB. */
const MAX_BATCH = 256

/**
 * The owner of every Resource that no poller has. It holds them until they are due, lends them to the poller of their
 * origin as that has room, takes them back polled, and puts them to sleep again. Time is an argument everywhere: ms on the
 * monotonic clock.
 */
export class Schedule {
  readonly #table: ResourceTable
  readonly #options: ScheduleOptions
  readonly #cadence: (id: ResourceId) => Cadence
  readonly #links: Links
  readonly #wheel: TimingWheel
  readonly #holders: Holders
  /** The slot that the next poll of each counts for. */
  #slotAt: Float64Array
  readonly #due: DueQueues
  readonly #origins: OriginLimiter
  readonly #probation: Probation
  #skipped = 0
  #polls = 0
  #unpolled = 0
  /** How many first polls have been spread over which interval. Bounded by InitialSpread. */
  readonly #spread = new Map<number, number>()

  /** `cadenceOf` tells how often Resources with this profile are polled. */
  constructor(
    table: ResourceTable,
    options: ScheduleOptions,
    now: number,
    cadenceOf: (profile: number) => Cadence = () => options,
  ) {
    const { limit, originLimit } = table
    this.#table = table
    this.#options = options
    this.#cadence = (id) => cadenceOf(table.profile(id))
    this.#links = new Links(limit)
    this.#wheel = new TimingWheel(this.#links, (id) => table.dueAt(id as ResourceId), now)
    this.#holders = new Holders(limit, options.pollers)
    this.#slotAt = new Float64Array(limit)
    this.#due = new DueQueues(this.#links, options.pollers, (id) => table.origin(id as ResourceId))
    this.#origins = new OriginLimiter(this.#links, originLimit, options.hostConcurrency * LEND_AHEAD)
    this.#probation = new Probation(this.#links, limit)
    this.#scheduleFirst(packedIds(table), options.concurrency, now, true)
  }

  /** Who has the Resources now; `leaving` of them have left the list. */
  get owners(): Owners & { leaving: number } {
    return { ...this.#holders.owners, leaving: this.#table.leaving }
  }

  /** Resources that the pollers may have at most. */
  get maxLent(): number {
    return this.#options.concurrency * LEND_AHEAD * this.#options.pollers
  }

  /** How many slots have passed without their poll. */
  get skipped(): number {
    return this.#skipped
  }

  /** How many polls have come back. */
  get polls(): number {
    return this.#polls
  }

  /** How many Resources have not come back from a first poll. */
  get unpolled(): number {
    return this.#unpolled
  }

  /** Nothing becomes due before this, a minute or so ahead at most; null when nothing sleeps. */
  nextAt(): number | null {
    return this.#wheel.nextAt()
  }

  /** Makes those due whose time has come. */
  wake(now: number): void {
    this.#wheel.advance(now, this.#makeDue)
  }

  /**
   * Takes in Resources that are new in the table: few are polled at once, the rest are spread over their interval. One that
   * was leaving stays, as it was.
   */
  add(ids: readonly ResourceId[], now: number): void {
    const { limit, originLimit } = this.#table
    this.#links.grow(limit)
    this.#holders.grow(limit)
    this.#slotAt = ensureCapacity(this.#slotAt, limit)
    this.#origins.grow(originLimit)
    this.#probation.grow(limit)
    for (const id of ids) this.#table.setLeaving(id, false)
    const fresh = ids.filter((id) => this.#holders.of(id) === NOWHERE)
    this.#scheduleFirst(fresh, this.#options.hostConcurrency, now, false)
  }

  /** A Resource has left the list: it goes at once, or when its turn comes or its poller gives it back. */
  remove(id: ResourceId): void {
    this.#table.setLeaving(id, true)
    if (this.#holders.of(id) !== ASLEEP) return
    this.#wheel.remove(id)
    this.#forget(id)
  }

  /** The list says another cadence of a Resource: one that sleeps longer than its interval is due sooner, by whole intervals. */
  cadenceChanged(id: ResourceId, now: number): void {
    if (this.#holders.of(id) !== ASLEEP) return
    this.#wheel.remove(id)
    this.#sleep(id, reschedule(this.#cadence(id), this.#table.read(id), this.#slotAt[id] as number, now))
  }

  /** A poller takes no more: what is due goes to the others. */
  close(poller: number): void {
    this.#due.close(poller)
  }

  /** A poller takes Resources again. */
  open(poller: number): void {
    this.#due.open(poller)
  }

  /** A batch of due Resources for a poller, or null when none is due or it has no room. They are its own then. */
  lend(poller: number): ResourceBatch | null {
    if (!this.#due.isOpen(poller)) return null
    const room = Math.min(MAX_BATCH, this.#options.concurrency * LEND_AHEAD - this.#holders.count(poller))
    let batch: ResourceBatch | null = null
    for (let taken = 0; taken < room;) {
      const id = this.#due.shift(poller) as ResourceId
      if ((id as number) === NONE) break
      if (!this.#probation.tryAdmit(id) || !this.#origins.acquire(this.#table.origin(id), id)) continue
      this.#probation.markLent(id)
      // Not before: those that wait for its turn, of the origin or on probation, would wait for ever.
      if (this.#table.isLeaving(id)) {
        this.#release(id)
        this.#forget(id)
        continue
      }
      batch ??= new ResourceBatch()
      this.#table.pack(id, batch)
      if (this.#probation.isSuspect(id)) batch.suspects.push(id)
      this.#holders.move(id, AT_POLLER + poller)
      taken++
    }
    return batch
  }

  /** Takes a Resource back from its poller and puts it to sleep until its next slot. Throws when no poller had it. */
  settle(resource: PolledResource, now: number): void {
    if (this.#holders.of(resource.id) < AT_POLLER) throw new Error(`Resource ${resource.id} was not lent`)
    this.#takeBack(resource)
    if (this.#table.isLeaving(resource.id)) return this.#forget(resource.id)
    if (this.#options.once) return
    const slotAt = this.#slotAt[resource.id] as number
    this.#sleep(resource.id, nextDue(this.#cadence(resource.id), slotAt, resource, now))
  }

  /**
   * Takes back all that a poller had when it died: they are due again at once, as they were when they were lent. Of the suspects
   * among them, `suspectsInFlight` are those whose polls were under way: one that was each time is set aside.
   */
  reclaim(poller: number, now: number, suspectsInFlight: ReadonlySet<ResourceId>): Reclaimed {
    let count = 0
    const setAside: ResourceId[] = []
    for (const id of this.#table.ids()) {
      if (this.#holders.of(id) !== AT_POLLER + poller) continue
      count++
      this.#release(id)
      if (this.#table.isLeaving(id)) this.#forget(id)
      else if (this.#probation.strike(id, suspectsInFlight.has(id))) {
        setAside.push(id)
        this.#setAside(id, now)
      } else this.#makeDue(id)
    }
    if (suspectsInFlight.size === 0) this.#probation.clearStrikes()
    return { count, setAside }
  }

  readonly #makeDue = (id: number): void => {
    this.#holders.move(id, DUE)
    this.#due.push(id)
  }

  /** Puts to sleep those that were nowhere, `room` of them for each poller due at once; `ramp`: see firstDue. */
  #scheduleFirst(ids: readonly ResourceId[] | Uint32Array, room: number, now: number, ramp: boolean): void {
    const options = { ...this.#options, concurrency: room }
    const spread = new InitialSpread(options, this.#table.originLimit, now, this.#spread, ramp)
    for (const id of ids as Iterable<ResourceId>) {
      this.#table.setDueAt(id, spread.next(this.#table.origin(id), this.#cadence(id).intervalMs))
      this.#slotAt[id] = this.#table.dueAt(id)
      this.#holders.move(id, ASLEEP)
    }
    this.#unpolled += ids.length
    // Those that are due in one ms wake last in, first out: so they wake in the order of the list.
    for (let at = ids.length - 1; at >= 0; at--) this.#wheel.add(ids[at] as number)
  }

  /** It is in nobody's hands and in no list: its row may go to another. */
  #forget(id: ResourceId): void {
    if (this.#table.verdict(id) === 'pending') this.#unpolled--
    this.#probation.acquit(id)
    this.#holders.move(id, NOWHERE)
    this.#table.remove(id)
  }

  #setAside(id: ResourceId, now: number): void {
    const resource = this.#table.read(id)
    if (resource.verdict === 'pending') this.#unpolled--
    this.#table.write({ ...resource, verdict: 'unknown' })
    this.#holders.move(id, ASLEEP)
    if (this.#options.once) return
    this.#sleep(id, nextAfterSetAside(this.#cadence(id), this.#slotAt[id] as number, resource.errCount, now))
  }

  #sleep(id: ResourceId, { dueAt, slotAt, skipped }: NextPoll): void {
    this.#slotAt[id] = slotAt
    this.#skipped += skipped
    this.#table.setDueAt(id, dueAt)
    this.#wheel.add(id)
  }

  /** Back in main's hands, asleep, in no list. */
  #takeBack(resource: PolledResource): void {
    if (this.#table.verdict(resource.id) === 'pending' && resource.verdict !== 'pending') this.#unpolled--
    this.#table.write(resource)
    this.#release(resource.id)
    if (resource.verdict !== 'pending') {
      this.#polls++
      this.#probation.acquit(resource.id)
    }
    this.#holders.move(resource.id, ASLEEP)
  }

  /** Makes room for the next of the origin, and for the next on probation. */
  #release(id: ResourceId): void {
    const waiting = this.#origins.release(this.#table.origin(id))
    if (waiting !== NONE) this.#due.unshift(waiting)
    this.#probation.release(id, (next) => this.#due.unshift(next))
  }
}
