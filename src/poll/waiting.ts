import type { Resource } from '../resource/resource.ts'
import { Fifo } from './fifo.ts'

/** A Resource that waits, and how it is to be polled. */
interface Waiter<P> {
  readonly resource: Resource
  readonly profile: P
}

/** The Resources of one origin that a poller has. */
export interface Origin<P> {
  readonly name: string
  readonly waiting: Fifo<Waiter<P>>
  inFlight: number
  /** Whether it stands in the line of origins that may start a poll. */
  inLine: boolean
}

/**
 * The Resources that wait in a poller, by origin: origins take turns, and one that has as many polls in flight as it may
 * have stands out of the line, so that taking the next costs the same whatever waits. Bounded by what main lends.
 */
export class Waiting<P> {
  readonly #origins = new Map<string, Origin<P>>()
  readonly #line = new Fifo<Origin<P>>()
  readonly #perOrigin: number
  #size = 0

  constructor(perOrigin: number) {
    this.#perOrigin = perOrigin
  }

  /** How many wait. */
  get size(): number {
    return this.#size
  }

  push(resource: Resource, profile: P): void {
    const name = originOf(resource.url)
    let origin = this.#origins.get(name)
    if (origin === undefined) {
      origin = { name, waiting: new Fifo(), inFlight: 0, inLine: false }
      this.#origins.set(name, origin)
    }
    origin.waiting.push({ resource, profile })
    this.#size++
    this.#lineUp(origin)
  }

  /** Takes the next Resource that may be polled now; give its origin back with `done`. */
  next(): (Waiter<P> & { readonly origin: Origin<P> }) | null {
    const origin = this.#line.shift()
    const waiter = origin?.waiting.shift()
    if (origin === undefined || waiter === undefined) return null
    this.#size--
    origin.inLine = false
    origin.inFlight++
    this.#lineUp(origin)
    return { resource: waiter.resource, profile: waiter.profile, origin }
  }

  /** A poll of the origin has ended. */
  done(origin: Origin<P>): void {
    origin.inFlight--
    this.#lineUp(origin)
    if (origin.inFlight === 0 && origin.waiting.size === 0) this.#origins.delete(origin.name)
  }

  /** Takes all that wait. */
  clear(): Resource[] {
    const all: Resource[] = []
    for (const [name, { waiting, inFlight }] of this.#origins) {
      for (let waiter = waiting.shift(); waiter !== undefined; waiter = waiting.shift())
        all.push(waiter.resource)
      if (inFlight === 0) this.#origins.delete(name)
    }
    for (let origin = this.#line.shift(); origin !== undefined; origin = this.#line.shift())
      origin.inLine = false
    this.#size = 0
    return all
  }

  #lineUp(origin: Origin<P>): void {
    if (origin.inLine || origin.waiting.size === 0 || origin.inFlight >= this.#perOrigin) return
    origin.inLine = true
    this.#line.push(origin)
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
