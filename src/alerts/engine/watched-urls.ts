import type { ResourceId } from '../../resource/resource.ts'
import { DueHeap } from './due-heap.ts'
import type { AppliedRules } from './rule-ref.ts'
import type { UrlAlerts } from './url-alerts.ts'
import { WatchedUrl } from './watched-url.ts'

/** The URLs that are not quiet, and when each has to be looked at without a poll. Bounded by the lists. */
export class WatchedUrls {
  readonly #urls = new Map<ResourceId, WatchedUrl>()
  readonly #due = new DueHeap<WatchedUrl>()
  readonly #alerts: UrlAlerts

  constructor(alerts: UrlAlerts) {
    this.#alerts = alerts
  }

  get size(): number {
    return this.#urls.size
  }

  get(id: ResourceId): WatchedUrl | undefined {
    return this.#urls.get(id)
  }

  all(): Iterable<WatchedUrl> {
    return this.#urls.values()
  }

  /** A URL that is watched from now on, if it was not. */
  watch(id: ResourceId): WatchedUrl {
    const known = this.#urls.get(id)
    if (known !== undefined) return known
    const url = new WatchedUrl(id)
    this.#urls.set(id, url)
    return url
  }

  drop(url: WatchedUrl): void {
    this.#urls.delete(url.id)
    this.#due.set(url, Number.POSITIVE_INFINITY)
  }

  /** A URL was looked at: it is quiet, or due again later. A due time that has just passed is one that was rounded. */
  settle(url: WatchedUrl, rules: AppliedRules, now: number): void {
    if (this.#alerts.isQuiet(url, rules, now)) this.drop(url)
    else this.#due.set(url, Math.max(this.#alerts.dueAt(url, rules), now + 1))
  }

  /** The next URL that is due; null: none is. Settle it before the next call. */
  takeDue(now: number): WatchedUrl | null {
    return this.#due.take(now)
  }

  /** There are other rules for a URL. What they make of it is seen at the next tick. */
  replaceRules(url: WatchedUrl, before: AppliedRules, rules: AppliedRules, now: number): void {
    this.#alerts.replaceRules(url, before, rules, now)
    if (this.#alerts.isQuiet(url, rules, now)) this.drop(url)
    else this.#due.set(url, now)
  }
}
