import { failure } from '../attempt/attempt.ts'
import type { Failure } from '../attempt/attempt.ts'

/** A State keeps the URL that a redirect led to, so its length is bound, in bytes. */
const MAX_LOCATION_BYTES = 16_384

const REDIRECTS = new Set([301, 302, 303, 307, 308])

/** Whether the status is a redirect that a poll follows. 300, 304 and 305 are answers. */
export function isRedirect(status: number): boolean {
  return REDIRECTS.has(status)
}

/** A URL that redirects lead to a third time is a loop. Some servers answer otherwise when a URL is asked again. */
const MAX_VISITS = 2

/** The redirects of one poll: up to `max`, to each URL twice at most, http and https only, fragments dropped. */
export class Redirects {
  readonly #max: number
  /** How often redirects have led to each URL. Bounded by `max`. */
  #visits: Map<string, number> | null = null
  #count = 0

  constructor(max: number) {
    this.#max = max
  }

  /** How many were followed. */
  get count(): number {
    return this.#count
  }

  /** Where an answer from `from` with this Location sends the poll. */
  next(from: URL, location: string | null): URL | Failure {
    if (location === null || location === '') return failure('redirect', 'a redirect without a Location')
    if (location.length > MAX_LOCATION_BYTES)
      return failure('redirect', `the Location is longer than ${MAX_LOCATION_BYTES} bytes`)
    const to = URL.parse(asAscii(location), from)
    if (to === null) return failure('redirect', 'the Location is not a URL')
    if (to.protocol !== 'http:' && to.protocol !== 'https:') {
      return failure('redirect', `the Location is not http: ${to.protocol}`)
    }
    to.hash = ''
    if (this.#count === this.#max) return failure('redirect', `more than ${this.#max} redirects`)
    this.#visits ??= new Map()
    const visits = this.#visits.get(to.href) ?? 0
    if (visits === MAX_VISITS) return failure('redirect', 'the redirects go in a circle')
    this.#visits.set(to.href, visits + 1)
    this.#count++
    return to
  }
}

/** Bytes that are not ASCII are escaped, as curl and Go send them: they may be UTF-8 or not. Header bytes come as Latin-1. */
function asAscii(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[^\x00-\x7f]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`)
}
