import type { Resource } from '../resource/resource.ts'
import { Fifo } from './attempt/fifo.ts'

/** A Resource that waits, and how it is to be polled. */
interface QueuedResource<P> {
  readonly resource: Resource
  readonly profile: P
}

/** The Resources of one origin that a poller has. */
export interface OriginQueue<P> {
  readonly name: string
  readonly waiting: Fifo<QueuedResource<P>>
  inFlight: number
  /** Whether it stands in the line of origins that may start a poll. */
  isReady: boolean
}

/**
 * The Resources that wait in a poller, by origin: origins take turns, and one that has as many polls in flight as it may
 * have stands out of the line, so that taking the next costs the same whatever waits. Bounded by what main lends.
 */
export class FairQueue<P> {
  readonly #origins = new Map<string, OriginQueue<P>>()
  readonly #ready = new Fifo<OriginQueue<P>>()
  readonly #maxPerOrigin: number
  #size = 0

  constructor(maxPerOrigin: number) {
    this.#maxPerOrigin = maxPerOrigin
  }

  /** How many wait. */
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

  /** Takes the next Resource that may be polled now; give its origin back with `release`. */
  next(): (QueuedResource<P> & { readonly origin: OriginQueue<P> }) | null {
    const origin = this.#ready.shift()
    const queued = origin?.waiting.shift()
    if (origin === undefined || queued === undefined) return null
    this.#size--
    origin.isReady = false
    origin.inFlight++
    this.#markReady(origin)
    return { resource: queued.resource, profile: queued.profile, origin }
  }

  /** A poll of the origin has ended. */
  release(origin: OriginQueue<P>): void {
    origin.inFlight--
    this.#markReady(origin)
    if (origin.inFlight === 0 && origin.waiting.size === 0) this.#origins.delete(origin.name)
  }

  /** Takes all that wait. */
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

/** `https://a.example` of a URL as the URL standard writes it, credentials left out. */
function originOf(url: string): string {
  const host = url.indexOf('/') + 2
  const path = url.indexOf('/', host)
  const end = path === -1 ? url.length : path
  const login = url.lastIndexOf('@', end)
  return login < host ? url.slice(0, end) : url.slice(0, host) + url.slice(login + 1, end)
}
