import { failure } from './flight.ts'
import type { Failure } from './flight.ts'

/** A State keeps the URL that a redirect led to, so its length is bound, in bytes. */
const MOST_LOCATION = 16_384

const REDIRECTS = new Set([301, 302, 303, 307, 308])

/** Whether the status is a redirect that a poll follows. 300, 304 and 305 are answers. */
export function isRedirect(status: number): boolean {
  return REDIRECTS.has(status)
}

/** The redirects of one poll: up to `most`, never twice to the same URL, http and https only, fragments dropped. */
export class Redirects {
  readonly #most: number
  #seen: Set<string> | null = null

  constructor(most: number) {
    this.#most = most
  }

  /** How many were followed. */
  get count(): number {
    return this.#seen?.size ?? 0
  }

  /** Where an answer from `from` with this Location sends the poll. */
  next(from: URL, location: string | null): URL | Failure {
    if (location === null) return failure('redirect', 'a redirect without a Location')
    if (location.length > MOST_LOCATION)
      return failure('redirect', `the Location is longer than ${MOST_LOCATION} bytes`)
    const to = URL.parse(asUtf8(location), from)
    if (to === null) return failure('redirect', 'the Location is not a URL')
    if (to.protocol !== 'http:' && to.protocol !== 'https:') {
      return failure('redirect', `the Location is not http: ${to.protocol}`)
    }
    to.hash = ''
    this.#seen ??= new Set()
    if (this.#seen.size === this.#most) return failure('redirect', `more than ${this.#most} redirects`)
    if (to.href === from.href || this.#seen.has(to.href))
      return failure('redirect', 'the redirects go in a circle')
    this.#seen.add(to.href)
    return to
  }
}

/** Header bytes come as Latin-1; a Location that is not ASCII is UTF-8, as browsers read it. */
function asUtf8(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return /[^\x00-\x7f]/.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text
}
