import type { Url } from '../resource/resource.ts'
import type { Place } from '../targets/read-targets.ts'

/** The most URLs that are named. */
const MAX_REPORTED = 10

/** After a comma, what is most likely another URL. */
const JOINED = /,https?:\/\//i

/** Finds URLs that most likely are several: `http://a.example/,http://b.example/` is one, whose path has a comma. */
export class JoinedUrls {
  #count = 0
  readonly #log: (line: string) => void

  /** `log` takes lines for standard error. */
  constructor(log: (line: string) => void) {
    this.#log = log
  }

  /** Looks at a URL of a list. One without a place is of a server or a sitemap, where nobody wrote a comma for a space. */
  add(url: Url, place: Place | undefined): void {
    if (place === undefined || !JOINED.test(url) || ++this.#count > MAX_REPORTED) return
    // The URL is not shown: the second one may hold a password.
    this.#log(
      `${place('url')}: a comma and another URL are taken as part of this URL: separate URLs with a line break, or a space as arguments; %2C is a comma that is meant`,
    )
  }

  /** Says how many more there are. */
  end(): void {
    const more = this.#count - MAX_REPORTED
    if (more > 0) this.#log(`and ${more} more with another URL after a comma`)
  }
}
