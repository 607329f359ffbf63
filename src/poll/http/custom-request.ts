import { basicAuthorization } from '../../settings/basic-authorization.ts'
import type { Attempt } from '../attempt/attempt.ts'
import { failure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import type { Method } from '../../state/state.ts'
import type { AwsSource } from './aws-source.ts'
import { guessContentType } from './content-type.ts'
import { DigestAuth } from './digest-auth.ts'
import type { DigestSource } from './digest-auth.ts'
import type { HttpResponse } from './exchange.ts'
import { TokenAuth } from './token-auth.ts'
import type { TokenSource } from './token-auth.ts'
import type { HeaderOptions } from './request-headers.ts'
import type { Request } from './request.ts'

/** The body of the requests of a profile. It changes when its file does. */
export interface RequestContent {
  readonly bytes: Buffer
}

/** How requests identify themselves. `secret` is the text of a file: name and password, or a token. */
export interface RequestAuth {
  readonly scheme: 'basic' | 'bearer'
  readonly secret: RequestContent
}

/** What a profile sends besides a plain HEAD or GET; most profiles have none. */
export interface RequestExtras {
  /** Null: no body. */
  readonly content: RequestContent | null
  /** Null: none but what the URL and the headers say. */
  readonly auth: RequestAuth | null
  /** Null: no Digest authentication. */
  readonly digest: DigestSource | null
  /** Null: no signature of AWS. */
  readonly aws: AwsSource | null
  /** Null: no token of an OAuth2 client. */
  readonly token: TokenSource | null
}

/** Headers that say what the body is. They go where it goes, and not without it (fetch: "request-body-header name"). */
const BODY_HEADERS = new Set(['content-encoding', 'content-language', 'content-location', 'content-type'])

const AUTHORIZATION = new Set(['authorization'])

/** Methods whose requests say that they have no body (RFC 9110, section 8.6). */
const EXPECTS_BODY = new Set(['POST', 'PUT', 'PATCH'])

/** The requests of one attempt that are more than a plain HEAD or GET, as redirects change them. */
export class CustomRequest {
  #body: Buffer | null
  readonly #auth: RequestAuth | null
  readonly #token: TokenAuth | null
  readonly #digest: DigestAuth | null
  readonly #aws: AwsSource | null
  readonly #host: string
  #becameGet = false

  /** `origin`: that of the polled URL. */
  constructor({ content, auth, token, digest, aws }: RequestExtras, origin: string) {
    this.#aws = aws
    this.#host = origin.slice(origin.indexOf('//') + 2)
    this.#digest = digest === null ? null : new DigestAuth(digest, origin)
    this.#token = token === null ? null : new TokenAuth(token)
    this.#body = content === null ? null : content.bytes
    this.#auth = auth
  }

  /** Waits for what requests need. Failure: `auth`. */
  async prepare(attempt: Attempt): Promise<Failure | null> {
    const problem = this.#aws?.problem ?? ''
    if (problem !== '') return failure('auth', problem)
    return this.#token === null ? null : this.#token.prepare(attempt)
  }

  /** Whether to send the request again, with other credentials. `isHome`: it went to the URL's own origin. Failure: `auth`. */
  async shouldRepeat(attempt: Attempt, response: HttpResponse, isHome: boolean): Promise<boolean | Failure> {
    if (response.status !== 401 || !isHome) {
      this.#digest?.answered()
      return false
    }
    return this.#digest?.isOther(response) ?? this.#token?.isOther(attempt) ?? false
  }

  /** GET follows a HEAD that was refused. A server that does so with 401 may take the same name and password with GET. */
  triesGet(): void {
    this.#digest?.answered()
  }

  /** The method of the next request; `given` is that of the profile. */
  method(given: Method): Method {
    return this.#becameGet ? 'GET' : given
  }

  /**
   * Takes note of a redirect of a request with this method, by the rules of fetch: 303, and 301 and 302 in answer to POST, lead on with
   * GET and without the body.
   */
  redirected(status: number, method: Method): void {
    const becomesGet =
      status === 303 ? method !== 'GET' && method !== 'HEAD' : method === 'POST' && status < 303
    if (!becomesGet) return
    this.#becameGet = true
    this.#body = null
  }

  /** A plain request with all that this one has besides. `isHome`: it goes to the URL's own origin. `custom`: the custom headers. */
  complete(request: Request, isHome: boolean, custom: HeaderOptions['headers']): Request {
    const complete = this.#withBody(request, isHome, custom)
    return isHome && this.#aws !== null ? this.#aws.sign(complete, this.#host) : complete
  }

  #withBody(request: Request, isHome: boolean, custom: HeaderOptions['headers']): Request {
    const hasOrHadBody = this.#body !== null || this.#becameGet
    const headers = hasOrHadBody ? withoutHeaders(request.headers, BODY_HEADERS) : [...request.headers]
    const auth = isHome ? this.#authorization(request) : null
    if (auth !== null || (isHome && this.#digest !== null)) {
      const others = withoutHeaders(headers.splice(0), AUTHORIZATION)
      headers.push(...others, ...(auth === null ? [] : ['authorization', auth]))
    }
    const body = this.#body
    const keepsFields = request.keepsFields === true || this.#digest !== null
    if (body === null) {
      if (EXPECTS_BODY.has(request.method)) headers.push('content-length', '0')
      return { ...request, headers, keepsFields }
    }
    const own = custom.filter(([name]) => BODY_HEADERS.has(name.toLowerCase()))
    for (const [name, value] of own) headers.push(name.toLowerCase(), value)
    if (!own.some(([name]) => name.toLowerCase() === 'content-type'))
      headers.push('content-type', guessContentType(body))
    headers.push('content-length', String(body.length))
    return { ...request, headers, body, keepsFields }
  }

  #authorization({ method, path }: Request): string | null {
    if (this.#digest !== null) return this.#digest.authorization(method, path)
    return this.#auth === null ? (this.#token?.authorization ?? null) : authorization(this.#auth)
  }
}

function withoutHeaders(headers: readonly string[], names: ReadonlySet<string>): string[] {
  return headers.filter((_, at) => !names.has(headers[at - (at % 2)] as string))
}

function authorization({ scheme, secret }: RequestAuth): string {
  const text = secret.bytes.toString().trim()
  return scheme === 'basic' ? basicAuthorization(text) : `Bearer ${text}`
}
