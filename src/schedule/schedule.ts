import { ResourceBatch } from '../resource/batch.ts'
import type { Polled, ResourceId } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/table.ts'
import { nextDue, nextTry } from './delay.ts'
import type { Cadence, Next } from './delay.ts'
import { Due } from './due.ts'
import { NONE } from './links.ts'
import { Origins } from './origins.ts'
import { Probation } from './probation.ts'
import { firstDue } from './spread.ts'
import { Wheel } from './wheel.ts'

/** How the schedule lends. */
export interface ScheduleOptions extends Cadence {
  /** How many pollers there are. */
  readonly pollers: number
  /** Polls in flight in one poller. */
  readonly concurrency: number
  /** Polls in flight to one origin. */
  readonly hostConcurrency: number
  /** Poll each URL once, all as soon as there is room. */
  readonly once: boolean
}

/** Who has the Resources: `asleep + due + all pollers` is always their number. */
export interface Owners {
  asleep: number
  due: number
  /** At each poller, or on a channel to or from it. */
  pollers: number[]
}

/** What a dead poller had. */
export interface Reclaimed {
  readonly count: number
  /** Those of them whose poll has killed one poller after another: they sleep for long. */
  readonly setAside: readonly ResourceId[]
}

/**
 * A poller may hold this many times what it polls at once, and as much of one origin: so that it starts the next poll
 * when one ends, without waiting for main.
 */
const AHEAD = 2

/** Most Resources in one message; keeps a batch near 32 KiB. */
const BATCH = 256

const ASLEEP = 0
const DUE = 1
/** Poller k, from 0, is `AT_POLLER + k`. */
const AT_POLLER = 2

/**
 * The owner of every Resource that no poller has. It holds them until they are due, lends them to the poller of their
 * origin as that has room, takes them back polled, and puts them to sleep again. Time is an argument everywhere: ms on the
 * monotonic clock.
 */
export class Schedule {
  readonly #table: ResourceTable
  readonly #options: ScheduleOptions
  readonly #wheel: Wheel
  /** Where each Resource is. */
  readonly #place: Uint16Array
  /** The slot that the next poll of each counts for. */
  readonly #slotAt: Float64Array
  readonly #due: Due
  readonly #origins: Origins
  readonly #probation: Probation
  readonly #owners: Owners
  #skipped = 0
  #polls = 0
  #unpolled: number

  constructor(table: ResourceTable, options: ScheduleOptions, now: number) {
    const links = new Uint32Array(table.size)
    this.#table = table
    this.#options = options
    this.#wheel = new Wheel(links, (id) => table.dueAt(id as ResourceId), now)
    this.#place = new Uint16Array(table.size)
    this.#slotAt = new Float64Array(table.size)
    this.#due = new Due(links, options.pollers, (id) => table.origin(id as ResourceId))
    this.#origins = new Origins(links, table.origins, options.hostConcurrency * AHEAD)
    this.#probation = new Probation(links, table.size)
    this.#owners = { asleep: table.size, due: 0, pollers: Array.from({ length: options.pollers }, () => 0) }
    this.#unpolled = table.size
    this.#spread(now)
  }

  /** Who has the Resources now. */
  get owners(): Owners {
    return { ...this.#owners, pollers: [...this.#owners.pollers] }
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

  /** Nothing becomes due before this; null when nothing sleeps. */
  nextAt(): number | null {
    return this.#wheel.nextAt()
  }

  /** Makes those due whose time has come. */
  wake(now: number): void {
    this.#wheel.advance(now, (id) => {
      this.#move(id, DUE)
      this.#due.push(id)
    })
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
    const held = this.#owners.pollers[poller] as number
    const room = Math.min(BATCH, this.#options.concurrency * AHEAD - held)
    let batch: ResourceBatch | null = null
    for (let taken = 0; taken < room;) {
      const id = this.#due.shift(poller) as ResourceId
      if ((id as number) === NONE) break
      if (!this.#probation.admits(id) || !this.#origins.take(this.#table.origin(id), id)) continue
      this.#probation.lent(id)
      batch ??= new ResourceBatch()
      this.#table.pack(id, batch)
      this.#move(id, AT_POLLER + poller)
      taken++
    }
    return batch
  }

  /** Takes a Resource back from its poller and puts it to sleep until its next slot. Throws when no poller had it. */
  settle(resource: Polled, now: number): void {
    if ((this.#place[resource.id] ?? ASLEEP) < AT_POLLER)
      throw new Error(`Resource ${resource.id} was not lent`)
    if (this.#options.once || resource.verdict === 'pending') return this.#rest(resource)
    const next = nextDue(this.#options, this.#slotAt[resource.id] as number, resource, now)
    this.#rest(resource)
    this.#sleep(resource.id, next)
  }

  /**
   * Takes back all that a poller had when it died: they are due again at once, as they were when they were lent. Only those
   * that were there each time when one died are set aside.
   */
  reclaim(poller: number, now: number): Reclaimed {
    let count = 0
    const setAside: ResourceId[] = []
    for (const id of this.#table.ids()) {
      if (this.#place[id] !== AT_POLLER + poller) continue
      count++
      this.#release(id)
      if (this.#probation.strike(id)) {
        setAside.push(id)
        this.#setAside(id, now)
      } else {
        this.#move(id, DUE)
        this.#due.push(id)
      }
    }
    return { count, setAside }
  }

  #setAside(id: ResourceId, now: number): void {
    const resource = this.#table.read(id)
    if (resource.verdict === 'pending') this.#unpolled--
    this.#table.write({ ...resource, verdict: 'unknown' })
    this.#move(id, ASLEEP)
    if (this.#options.once) return
    this.#sleep(id, nextTry(this.#options, this.#slotAt[id] as number, resource.errCount, now))
  }

  #sleep(id: ResourceId, { dueAt, slotAt, skipped }: Next): void {
    this.#slotAt[id] = slotAt
    this.#skipped += skipped
    this.#table.setDueAt(id, dueAt)
    this.#wheel.add(id)
  }

  /** Back in main's hands, asleep, in no list. */
  #rest(resource: Polled): void {
    if (this.#table.verdict(resource.id) === 'pending' && resource.verdict !== 'pending') this.#unpolled--
    this.#table.write(resource)
    this.#release(resource.id)
    if (resource.verdict !== 'pending') {
      this.#polls++
      this.#probation.acquit(resource.id)
    }
    this.#move(resource.id, ASLEEP)
  }

  /** Makes room for the next of the origin, and for the next on probation. */
  #release(id: ResourceId): void {
    const waiting = this.#origins.release(this.#table.origin(id))
    if (waiting !== NONE) this.#due.unshift(waiting)
    this.#probation.release(id, (next) => this.#due.unshift(next))
  }

  #move(id: number, to: number): void {
    this.#count(this.#place[id] as number, -1)
    this.#count(to, 1)
    this.#place[id] = to
  }

  #count(place: number, by: number): void {
    if (place === ASLEEP) this.#owners.asleep += by
    else if (place === DUE) this.#owners.due += by
    else this.#owners.pollers[place - AT_POLLER]! += by
  }

  /** At once as many as the pollers and the origins have room for, the rest over the first interval. */
  #spread(now: number): void {
    const { pollers, concurrency, hostConcurrency, intervalMs, once } = this.#options
    const taken = new Uint32Array(pollers)
    const takenOfOrigin = new Uint32Array(this.#table.origins)
    let rest = 0
    for (const id of this.#table.ids()) {
      const origin = this.#table.origin(id)
      const poller = origin % pollers
      const room =
        (taken[poller] as number) < concurrency && (takenOfOrigin[origin] as number) < hostConcurrency
      if (once || room) {
        taken[poller]! += 1
        takenOfOrigin[origin]! += 1
        this.#table.setDueAt(id, now)
      } else {
        this.#table.setDueAt(id, firstDue(now, intervalMs, rest++))
      }
    }
    // Those that are due in one ms wake last in, first out: so they wake in the order of the list.
    for (let id = this.#table.size - 1; id >= 0; id--) {
      this.#slotAt[id] = this.#table.dueAt(id as ResourceId)
      this.#wheel.add(id)
    }
  }
}
