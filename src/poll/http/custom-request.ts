import type { Method } from '../../state/state.ts'
import { guessContentType } from './content-type.ts'
import type { HeaderOptions, Request } from './request.ts'

/** The body of the requests of a profile. It changes when its file does. */
export interface RequestContent {
  readonly bytes: Buffer
}

/** What a profile sends besides a plain HEAD or GET; most profiles have none. */
export interface RequestExtras {
  /** Null: no body. */
  readonly content: RequestContent | null
}

/** Headers that say what the body is. They go where it goes, and not without it (fetch: "request-body-header name"). */
const BODY_HEADERS = new Set(['content-encoding', 'content-language', 'content-location', 'content-type'])

/** Methods whose requests say that they have no body (RFC 9110, section 8.6). */
const EXPECTS_BODY = new Set(['POST', 'PUT', 'PATCH'])

/** The requests of one attempt that are more than a plain HEAD or GET, as redirects change them. */
export class CustomRequest {
  #body: Buffer | null
  #becameGet = false

  constructor({ content }: RequestExtras) {
    this.#body = content === null ? null : content.bytes
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

  /** A plain request with all that this one has besides. `custom`: the custom headers. */
  complete(request: Request, custom: HeaderOptions['headers']): Request {
    const headers = withoutBodyHeaders(request.headers)
    const body = this.#body
    if (body === null) {
      if (EXPECTS_BODY.has(request.method)) headers.push('content-length', '0')
      return { ...request, headers }
    }
    const own = custom.filter(([name]) => BODY_HEADERS.has(name.toLowerCase()))
    for (const [name, value] of own) headers.push(name.toLowerCase(), value)
    if (!own.some(([name]) => name.toLowerCase() === 'content-type'))
      headers.push('content-type', guessContentType(body))
    headers.push('content-length', String(body.length))
    return { ...request, headers, body }
  }
}

function withoutBodyHeaders(headers: readonly string[]): string[] {
  return headers.filter((_, at) => !BODY_HEADERS.has(headers[at - (at % 2)] as string))
}
