import { redactUrl } from './redact-url.ts'
import type { ResourceId, Url } from './resource.ts'

/**
 * What URLs are called where they are printed: without their credentials. Those that differ in nothing else are numbered,
 * `http://a.example/`, `http://a.example/#2`; a polled URL has no fragment of its own. Bounded by the URLs of the list that
 * have credentials, and those without that are the same besides.
 */
export class DisplayNames {
  /** The numbers in use, by name, of names that a URL with credentials has. */
  readonly #taken = new Map<string, Set<number>>()
  /** The number of each that has one above 1. */
  readonly #numbers = new Map<ResourceId, number>()

  /** A URL is new. `has`: whether another URL is there. */
  add(id: ResourceId, url: Url, has: (url: Url) => boolean): void {
    const name = redactUrl(url)
    let taken = this.#taken.get(name)
    if (taken === undefined) {
      if (name === url) return
      taken = new Set(has(name as Url) ? [1] : [])
      this.#taken.set(name, taken)
    }
    let number = 1
    while (taken.has(number)) number++
    taken.add(number)
    if (number > 1) this.#numbers.set(id, number)
  }

  /** A URL has gone. */
  remove(id: ResourceId, url: Url): void {
    const name = redactUrl(url)
    const taken = this.#taken.get(name)
    if (taken === undefined) return
    taken.delete(this.#numbers.get(id) ?? 1)
    this.#numbers.delete(id)
    if (taken.size === 0) this.#taken.delete(name)
  }

  /** What the URL is called. */
  of(id: ResourceId, url: Url): string {
    const number = this.#numbers.get(id)
    return number === undefined ? redactUrl(url) : `${redactUrl(url)}#${number}`
  }
}
