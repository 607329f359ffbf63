import { redactUrl } from './redact-url.ts'
import type { ResourceId, Url } from './resource.ts'

/**
 * The names of URLs where they are printed: URLs without credentials. URLs that differ only in their credentials are
 * numbered: `http://a.example/`, `http://a.example/#2`; polled URLs have no fragment of their own. Holds only URLs with
 * credentials and those that equal them without, so it is bounded by the list.
 */
export class DisplayNames {
  /** The numbers in use, by name, for the names of URLs with credentials. */
  readonly #taken = new Map<string, TakenNumbers>()
  /** The numbers above 1. */
  readonly #numbers = new Map<ResourceId, number>()

  /** Names a new URL. `has`: whether the list has another URL. */
  add(id: ResourceId, url: Url, has: (url: Url) => boolean): void {
    const name = redactUrl(url)
    // Most lists have no credentials at all. To look up each of their URLs here would take a tenth of the time in which a list is read.
    let taken = this.#taken.size === 0 ? undefined : this.#taken.get(name)
    if (taken === undefined) {
      if (name === url) return
      taken = new TakenNumbers()
      if (has(name as Url)) taken.take()
      this.#taken.set(name, taken)
    }
    const number = taken.take()
    if (number > 1) this.#numbers.set(id, number)
  }

  /** Frees the name of a URL. */
  remove(id: ResourceId, url: Url): void {
    const name = redactUrl(url)
    const taken = this.#taken.get(name)
    if (taken === undefined) return
    taken.free(this.#numbers.get(id) ?? 1)
    this.#numbers.delete(id)
    if (taken.size === 0) this.#taken.delete(name)
  }

  /** The name of a URL. */
  of(id: ResourceId, url: Url): string {
    const number = this.#numbers.get(id)
    return number === undefined ? redactUrl(url) : `${redactUrl(url)}#${number}`
  }
}

/** Numbers from 1, of which the lowest that is free is taken. */
class TakenNumbers {
  readonly #numbers = new Set<number>()
  /** All below are taken. Without it, each of many would be looked for from 1. */
  #lowest = 1

  get size(): number {
    return this.#numbers.size
  }

  take(): number {
    while (this.#numbers.has(this.#lowest)) this.#lowest++
    this.#numbers.add(this.#lowest)
    return this.#lowest
  }

  free(number: number): void {
    this.#numbers.delete(number)
    this.#lowest = Math.min(this.#lowest, number)
  }
}
