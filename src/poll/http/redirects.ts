import { REDIRECT_STATUSES } from '../../settings/redirect-statuses.ts'
import { failure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'

/** Maximum length of a Location, in bytes: a State stores the URL that the redirects led to. */
const MAX_LOCATION_BYTES = 16_384

/** Whether a poll follows a response with this status. */
export function isRedirect(status: number): boolean {
  return REDIRECT_STATUSES.has(status)
}

/** Redirects that lead to the same URL a third time are a loop. The second time is allowed: some servers respond differently then. */
const MAX_VISITS = 2

/** The redirects of one poll: at most `max`, at most two to the same URL, only to http and https. Fragments are dropped. */
export class Redirects {
  readonly #max: number
  /** How many redirects led to each URL. Bounded by `max`. */
  #visits: Map<string, number> | null = null
  #count = 0

  constructor(max: number) {
    this.#max = max
  }

  /** Number of redirects followed. */
  get count(): number {
    return this.#count
  }

  /** The URL that a redirect from `from` with this Location leads to. Failure: `redirect`. */
  next(from: URL, location: string | null): URL | Failure {
    if (location === null || location === '') return failure('redirect', 'redirect without a Location')
    if (location.length > MAX_LOCATION_BYTES)
      return failure('redirect', `the Location is longer than ${MAX_LOCATION_BYTES} bytes`)
    const to = URL.parse(asAscii(location), from)
    if (to === null) return failure('redirect', 'the Location is not a URL')
    if (to.protocol !== 'http:' && to.protocol !== 'https:') {
      return failure('redirect', `the Location is not http: ${to.protocol}`)
    }
    to.hash = ''
    if (this.#count === this.#max)
      return failure('redirect', `more redirects than --max-redirects ${this.#max}`)
    this.#visits ??= new Map()
    const visits = this.#visits.get(to.href) ?? 0
    if (visits === MAX_VISITS) return failure('redirect', 'redirect loop')
    this.#visits.set(to.href, visits + 1)
    this.#count++
    return to
  }
}

/** Percent-encodes the bytes of a Location that are not ASCII, as curl and Go do: they may be UTF-8 or not. `text` is Latin-1. */
export function asAscii(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[^\x00-\x7f]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`)
}
