import { Agent, request } from 'undici'
import type { Dispatcher } from 'undici'
import type { Url } from '../resource/resource.ts'
import { gunzipIfPacked } from './gunzip.ts'
import { ListAccess } from './list-access.ts'
import type { OriginSettings, PemOptions } from './list-access.ts'
import { escapeUnprintable, quote } from '../settings/quote.ts'
import { wrapReadErrors, describeError, ListError } from './read-targets.ts'

// The only door to undici. Polls have an HTTP client of their own, which costs less and is stricter.

/** The most redirects that are followed. */
const MAX_REDIRECTS = 5

/** How lists are fetched. */
export interface FetchOptions {
  readonly userAgent: string
  /** Time for the whole fetch, from the name lookup to the last byte, in ms. */
  readonly deadlineMs: number
  /** Certificates to trust besides the system's (PEM); null: none. */
  readonly ca: string | null
  /** Settings of this list; without them, requests carry only the credentials of the URL. */
  readonly settings?: OriginSettings
}

/** A response with status 200. */
export interface ListResponse {
  /** The Content-Type in lower case; '' for none. */
  readonly contentType: string
  /** The body, decompressed; throws ListErrors. */
  readonly chunks: AsyncIterable<Buffer>
}

/**
 * Fetches a list by GET and passes the response to `use`; the connection is closed when it resolves. Rejects with a ListError
 * that names the list `name`, and with whatever `use` throws.
 */
export async function fetchList<T>(
  url: Url,
  name: string,
  headers: Readonly<Record<string, string>>,
  options: FetchOptions,
  use: (answer: ListResponse) => Promise<T>,
): Promise<T> {
  const agents = new Agents()
  let timedOut = false
  const { promise: late, reject } = Promise.withResolvers<never>()
  late.catch(() => {}) // Only the first part of the work waits for it; `agents.close` ends the rest.
  const timer = setTimeout(() => {
    timedOut = true
    agents.close()
    reject(
      new ListError(name, `its cacert, cert or key can't be read within ${options.deadlineMs / 1_000} s`),
    )
  }, options.deadlineMs)
  const toListError = (cause: unknown) => {
    if (timedOut)
      return new ListError(name, `no complete response within ${options.deadlineMs / 1_000} s`, cause)
    // The message may hold names from a certificate.
    return cause instanceof ListError
      ? cause
      : new ListError(name, escapeUnprintable(describeError(cause)), cause)
  }
  try {
    // A pipe may have no writer.
    const opened = ListAccess.open(name, options.settings ?? null, options.ca)
    const access = await Promise.race([opened, late])
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
    // One deadline for all replaces undici's, which are coarse and start again with each chunk.
    const agent = new Agent({
      connect: { ...tls, timeout: 0 },
      headersTimeout: 0,
      bodyTimeout: 0,
      allowH2: false,
    })
    this.#agents.set(tls, agent)
    return agent
  }

  /** Closes all connections and aborts their requests. */
  close(): void {
    for (const agent of this.#agents.values()) void agent.destroy()
  }
}

/** Follows redirects; the first other response must have status 200. */
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
    // An error of a body that nobody reads would end the process.
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
      throw new ListError(name, 'a redirect to a URL that is not http or https')
    }
    hop = next
  }
}

function bodyOf({ body, headers }: Dispatcher.ResponseData, name: string): AsyncIterable<Buffer> {
  const encoding = firstValue(headers['content-encoding']).toLowerCase()
  const raw = wrapReadErrors(body, name)
  if (encoding === '' || encoding === 'identity') return raw
  if (/^(x-)?gzip$/.test(encoding)) return gunzipIfPacked(raw, name)
  throw new ListError(name, `an unsupported content encoding: ${quote(encoding)}`)
}

/** Passes the chunks on, and converts their errors. */
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
