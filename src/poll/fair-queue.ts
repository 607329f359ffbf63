import { originOf } from '../resource/origin-of.ts'
import type { Resource } from '../resource/resource.ts'
import { Fifo } from './attempt/fifo.ts'

/** A waiting Resource and its profile. */
interface QueuedResource<P> {
  readonly resource: Resource
  readonly profile: P
}

/** A Resource whose turn it is. */
export interface ReadyResource<P> extends QueuedResource<P> {
  readonly origin: OriginQueue<P>
}

/** The Resources of one origin in a poller. */
export interface OriginQueue<P> {
  readonly name: string
  readonly waiting: Fifo<QueuedResource<P>>
  inFlight: number
  /** Whether it is in the queue of origins that may start a poll. */
  isReady: boolean
}

/**
 * The waiting Resources of a poller, by origin. Origins take turns. One with its maximum of polls in flight is not in the
 * queue of ready origins, so that `next` takes constant time. Bounded by what main lends.
 */
export class FairQueue<P> {
  readonly #origins = new Map<string, OriginQueue<P>>()
  readonly #ready = new Fifo<OriginQueue<P>>()
  readonly #maxPerOrigin: number
  #size = 0

  constructor(maxPerOrigin: number) {
    this.#maxPerOrigin = maxPerOrigin
  }

  /** Number of waiting Resources. */
  get size(): number {
    return this.#size
  }

  push(resource: Resource, profile: P): void {
    const name = originOf(resource.url)
    let origin = this.#origins.get(name)
    if (origin === undefined) {
      origin = { name, waiting: new Fifo(), inFlight: 0, isReady: false }
      this.#origins.set(name, origin)
    }
    origin.waiting.push({ resource, profile })
    this.#size++
    this.#markReady(origin)
  }

  /** Takes the next Resource that may be polled now; null if there is none. Call `release` when its poll has ended. */
  next(): ReadyResource<P> | null {
    const origin = this.#ready.shift()
    const queued = origin?.waiting.shift()
    if (origin === undefined || queued === undefined) return null
    this.#size--
    origin.isReady = false
    origin.inFlight++
    this.#markReady(origin)
    return { resource: queued.resource, profile: queued.profile, origin }
  }

  /** A poll of this origin has ended. */
  release(origin: OriginQueue<P>): void {
    origin.inFlight--
    this.#markReady(origin)
    if (origin.inFlight === 0 && origin.waiting.size === 0) this.#origins.delete(origin.name)
  }

  /** Removes the waiting Resources that are gone, or whose profile is. Takes a step for each that waits. Returns them. */
  remove(isGone: (profile: P, resource: Resource) => boolean): Resource[] {
    const gone: Resource[] = []
    for (const [name, { waiting, inFlight }] of this.#origins) {
      for (let left = waiting.size; left > 0; left--) {
        const queued = waiting.shift() as QueuedResource<P>
        if (isGone(queued.profile, queued.resource)) gone.push(queued.resource)
        else waiting.push(queued)
      }
      if (inFlight === 0 && waiting.size === 0) this.#origins.delete(name)
    }
    for (let left = this.#ready.size; left > 0; left--) {
      const origin = this.#ready.shift() as OriginQueue<P>
      origin.isReady = origin.waiting.size > 0
      if (origin.isReady) this.#ready.push(origin)
    }
    this.#size -= gone.length
    return gone
  }

  /** Removes and returns all waiting Resources. */
  clear(): Resource[] {
    const all: Resource[] = []
    for (const [name, { waiting, inFlight }] of this.#origins) {
      for (let queued = waiting.shift(); queued !== undefined; queued = waiting.shift())
        all.push(queued.resource)
      if (inFlight === 0) this.#origins.delete(name)
    }
    for (let origin = this.#ready.shift(); origin !== undefined; origin = this.#ready.shift())
      origin.isReady = false
    this.#size = 0
    return all
  }

  #markReady(origin: OriginQueue<P>): void {
    if (origin.isReady || origin.waiting.size === 0 || origin.inFlight >= this.#maxPerOrigin) return
    origin.isReady = true
    this.#ready.push(origin)
  }
}
