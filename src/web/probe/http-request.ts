import type { CustomRequest } from '../../poll/http/custom-request.ts'
import { headersOf } from '../../poll/http/request-headers.ts'
import { requestFor } from '../../poll/http/request.ts'
import type { Request } from '../../poll/http/request.ts'

/** What a request of a probe is made of. */
interface RequestParts {
  readonly url: URL
  /** The header Host. */
  readonly host: string
  readonly method: string
  /** It goes to the origin of the target. */
  readonly isHome: boolean
  readonly userAgent: string
  /** Those of the module, their names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The login of the module; null for none. Another one in `headers` or in the URL comes first, as in the exporter. */
  readonly authorization: string | null
  /** The header Cookie, with that of the module in it; null for none. */
  readonly cookie: string | null
  /** Null for none. One of the module comes first. */
  readonly referer: string | null
  /** Null for a plain request. */
  readonly custom: CustomRequest | null
}

/** Headers that are for the origin of the target alone: they say who asks. */
const FOR_HOME: ReadonlySet<string> = new Set(['authorization', 'www-authenticate'])

/** Headers of the module that `host` and `cookie` are made of. */
const GIVEN_APART: ReadonlySet<string> = new Set(['host', 'cookie'])

/** Builds a request. As in Go, the headers of a module go along with redirects to other hosts, except those that say who asks. */
export function requestOf(parts: RequestParts): Request {
  const { url, host, method, isHome, userAgent, authorization, cookie, referer, custom } = parts
  const headers = parts.headers.filter(([name]) => !GIVEN_APART.has(name) && (isHome || !FOR_HOME.has(name)))
  const hasLogin = url.username !== '' || url.password !== ''
  if (authorization !== null && isHome && !hasLogin && !headers.some(([name]) => name === 'authorization'))
    headers.push(['authorization', authorization])
  const plain = requestFor(method, url, url, headersOf({ userAgent, headers }))
  const added = ['host', host]
  if (referer !== null && !headers.some(([name]) => name === 'referer')) added.push('referer', referer)
  if (cookie !== null) added.push('cookie', cookie)
  const request = { ...plain, headers: [...plain.headers, ...added] }
  return custom === null ? request : custom.complete(request, isHome, headers)
}
