import type { RequestValue } from './request-values.ts'
import { clientNonce, digestAuthorization, findChallenge } from './digest.ts'
import type { Challenge } from './digest.ts'
import type { HttpResponse } from './exchange.ts'

/** The most origins of a profile whose challenges are kept. At the limit, all are forgotten, which costs each a round trip. */
const MAX_ORIGINS = 1_024

/** How often a request is repeated: for the first challenge, and for one more nonce. */
const MAX_REPEATS = 2

/** A challenge that is kept, and how many requests have met it. */
interface KnownChallenge {
  readonly challenge: Challenge
  readonly cnonce: string
  count: number
}

/** Name and password for Digest authentication, and the challenges of servers, which all attempts of a profile share. */
export class DigestSource {
  readonly #secret: Pick<RequestValue, 'bytes'>
  readonly #known = new Map<string, KnownChallenge>()

  constructor(secret: Pick<RequestValue, 'bytes'>) {
    this.#secret = secret
  }

  /** Name and password, with a colon between them. */
  get login(): string {
    return this.#secret.bytes.toString().trim()
  }

  /** The header field for the next request to an origin; null: it has not asked yet. */
  authorization(origin: string, method: string, path: string): string | null {
    const known = this.#known.get(origin)
    if (known === undefined) return null
    const { challenge, cnonce } = known
    return digestAuthorization(challenge, { login: this.login, method, path, cnonce, count: ++known.count })
  }

  /** The origin asks; null: it does not take name and password. */
  set(origin: string, challenge: Challenge | null): void {
    if (this.#known.size === MAX_ORIGINS) this.#known.clear()
    if (challenge === null) this.#known.delete(origin)
    else this.#known.set(origin, { challenge, cnonce: clientNonce(), count: 0 })
  }
}

/** Digest authentication of one attempt. */
export class DigestAuth {
  readonly #source: DigestSource
  readonly #origin: string
  #repeats = 0

  /** `origin`: that of the polled URL. */
  constructor(source: DigestSource, origin: string) {
    this.#source = source
    this.#origin = origin
  }

  /** The header field; null: the server has not asked for one yet. */
  authorization(method: string, path: string): string | null {
    return this.#source.authorization(this.#origin, method, path)
  }

  /** The request was answered, and not with 401, or GET takes its place. For those that follow, the server can ask for another nonce. */
  answered(): void {
    this.#repeats = 0
  }

  /** Whether to send the request again after a 401, since the server asks for something else than before. */
  isOther({ fields }: HttpResponse): boolean {
    const challenge = findChallenge(fields ?? [])
    const isRefused = this.#repeats > 0 && challenge?.isStale !== true
    if (challenge === null || isRefused || this.#repeats === MAX_REPEATS) {
      // The next poll begins without credentials, so that a wrong password is sent once in each, or once with HEAD and once with GET.
      this.#source.set(this.#origin, null)
      return false
    }
    this.#repeats++
    this.#source.set(this.#origin, challenge)
    return true
  }
}
