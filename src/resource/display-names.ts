import { redactUrl } from './redact-url.ts'
import type { ResourceId, Url } from './resource.ts'

/**
 * The names of URLs where they are printed: URLs without credentials. URLs that differ only in their credentials are
 * numbered: `http://a.example/`, `http://a.example/#2`; polled URLs have no fragment of their own. Holds only URLs with
 * credentials and those that equal them without, so it is bounded by the list.
 */
export class DisplayNames {
  /** The numbers in use, by name, for the names of URLs with credentials. */
  readonly #taken = new Map<string, Set<number>>()
  /** The numbers above 1. */
  readonly #numbers = new Map<ResourceId, number>()

  /** Names a new URL. `has`: whether the list has another URL. */
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

  /** Frees the name of a URL. */
  remove(id: ResourceId, url: Url): void {
    const name = redactUrl(url)
    const taken = this.#taken.get(name)
    if (taken === undefined) return
    taken.delete(this.#numbers.get(id) ?? 1)
    this.#numbers.delete(id)
    if (taken.size === 0) this.#taken.delete(name)
  }

  /** The name of a URL. */
  of(id: ResourceId, url: Url): string {
    const number = this.#numbers.get(id)
    return number === undefined ? redactUrl(url) : `${redactUrl(url)}#${number}`
  }
}
