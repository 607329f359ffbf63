import { Agent, request } from 'undici'
import type { Dispatcher } from 'undici'
import type { Url } from '../resource/resource.ts'
import { gunzipIfPacked } from './gunzip.ts'
import { ListAccess } from './list-access.ts'
import type { OriginSettings, PemOptions } from './list-access.ts'
import { escapeUnprintable, quote } from '../settings/quote.ts'
import { wrapReadErrors, describeError, ListError } from './read-targets.ts'

// The door to undici for lists; polls have their own, which costs less and is stricter.

/** Redirects that are followed. */
const MAX_REDIRECTS = 5

/** How lists are fetched. */
export interface FetchOptions {
  readonly userAgent: string
  /** From the look-up to the last byte, in ms. */
  readonly deadlineMs: number
  /** Certificates to trust as well (PEM); null: none. */
  readonly ca: string | null
  /** What the list says of its own requests; without it, nothing but the credentials of a URL. */
  readonly settings?: OriginSettings
}

/** A 200. */
export interface ListResponse {
  /** Its Content-Type, in lower case; '' for none. */
  readonly contentType: string
  /** Its body, unpacked; throws ListErrors. */
  readonly chunks: AsyncIterable<Buffer>
}

/**
 * GETs a list and has `use` read the answer; the connection has ended when it resolves. Rejects with a ListError, in which
 * the list is called `name`, and with what `use` throws.
 */
export async function fetchList<T>(
  url: Url,
  name: string,
  headers: Readonly<Record<string, string>>,
  options: FetchOptions,
  use: (answer: ListResponse) => Promise<T>,
): Promise<T> {
  const access = await ListAccess.open(name, options.settings ?? null, options.ca)
  const agents = new Agents()
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    agents.close()
  }, options.deadlineMs)
  const toListError = (cause: unknown) => {
    if (timedOut) return new ListError(name, `no whole answer within ${options.deadlineMs / 1_000} s`, cause)
    // A certificate's names may be in it.
    return cause instanceof ListError
      ? cause
      : new ListError(name, escapeUnprintable(describeError(cause)), cause)
  }
  try {
    const answer = await followRedirects(
      new URL(url),
      name,
      { 'user-agent': options.userAgent, 'accept-encoding': 'gzip', ...headers },
      access,
      agents,
    ).catch((cause: unknown) => {
      throw toListError(cause)
    })
    const contentType = firstValue(answer.headers['content-type']).trim().toLowerCase()
    return await use({ contentType, chunks: mapErrors(bodyOf(answer, name), toListError) })
  } finally {
    clearTimeout(timer)
    agents.close()
  }
}

/** The agents of one fetch, one for each set of TLS options. */
class Agents {
  readonly #agents = new Map<PemOptions, Agent>()

  get(tls: PemOptions): Agent {
    const known = this.#agents.get(tls)
    if (known !== undefined) return known
    // One deadline instead of undici's: they are coarse, and begin again with each piece.
    const agent = new Agent({
      connect: { ...tls, timeout: 0 },
      headersTimeout: 0,
      bodyTimeout: 0,
      allowH2: false,
    })
    this.#agents.set(tls, agent)
    return agent
  }

  /** Ends all connections, and what is under way on them. */
  close(): void {
    for (const agent of this.#agents.values()) void agent.destroy()
  }
}

/** The first answer that is no redirect, which has to be a 200. */
async function followRedirects(
  url: URL,
  name: string,
  headers: Record<string, string>,
  access: ListAccess,
  agents: Agents,
): Promise<Dispatcher.ResponseData> {
  let hop = url
  for (let redirects = 0; ; redirects++) {
    const bare = new URL(hop)
    bare.username = ''
    bare.password = ''
    const answer = await request(bare, {
      dispatcher: agents.get(access.tls(hop)),
      headers: { ...headers, ...access.headers(hop, url) },
    })
    // Also those of a body that nobody reads.
    answer.body.on('error', () => {})
    const location = firstValue(answer.headers['location'])
    if (![301, 302, 303, 307, 308].includes(answer.statusCode) || location === '') {
      if (answer.statusCode !== 200) throw new ListError(name, `status ${answer.statusCode}`)
      return answer
    }
    answer.body.destroy()
    if (redirects === MAX_REDIRECTS) throw new ListError(name, `more than ${MAX_REDIRECTS} redirects`)
    const next = URL.parse(location, hop)
    if (next === null || !/^https?:$/.test(next.protocol)) {
      throw new ListError(name, 'a redirect to what is no http or https URL')
    }
    hop = next
  }
}

function bodyOf({ body, headers }: Dispatcher.ResponseData, name: string): AsyncIterable<Buffer> {
  const encoding = firstValue(headers['content-encoding']).toLowerCase()
  const raw = wrapReadErrors(body, name)
  if (encoding === '' || encoding === 'identity') return raw
  if (/^(x-)?gzip$/.test(encoding)) return gunzipIfPacked(raw, name)
  throw new ListError(name, `a content encoding that was not asked for: ${quote(encoding)}`)
}

/** The chunks, and in the place of their error what it tells. */
async function* mapErrors(
  body: AsyncIterable<Buffer>,
  toListError: (cause: unknown) => ListError,
): AsyncGenerator<Buffer> {
  try {
    yield* body
  } catch (cause) {
    throw toListError(cause)
  }
}

function firstValue(header: string | string[] | undefined): string {
  return (Array.isArray(header) ? header[0] : header) ?? ''
}
