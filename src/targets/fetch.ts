import { Agent, request } from 'undici'
import type { Dispatcher } from 'undici'
import type { Url } from '../resource/resource.ts'
import { gunzipped } from './gunzip.ts'
import { ListAccess } from './list-access.ts'
import type { OwnAccess, Pem } from './list-access.ts'
import { printable, quote } from './quote.ts'
import { chunks, explain, ListError } from './read.ts'

// The door to undici for lists; polls have their own, which costs less and is stricter.

/** Redirects that are followed. */
const MOST_REDIRECTS = 5

/** How lists are fetched. */
export interface FetchOptions {
  readonly userAgent: string
  /** From the look-up to the last byte, in ms. */
  readonly deadlineMs: number
  /** Certificates to trust as well (PEM); null: none. */
  readonly ca: string | null
  /** What the list says of its own requests; without it, nothing but the credentials of a URL. */
  readonly own?: OwnAccess
}

/** A 200. */
export interface Answer {
  /** Its Content-Type, in lower case; '' for none. */
  readonly type: string
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
  use: (answer: Answer) => Promise<T>,
): Promise<T> {
  const access = await ListAccess.open(name, options.own ?? null, options.ca)
  const agents = new Agents()
  let late = false
  const timer = setTimeout(() => {
    late = true
    agents.close()
  }, options.deadlineMs)
  const faultOf = (cause: unknown) => {
    if (late) return new ListError(name, `no whole answer within ${options.deadlineMs / 1_000} s`, cause)
    // A certificate's names may be in it.
    return cause instanceof ListError ? cause : new ListError(name, printable(explain(cause)), cause)
  }
  try {
    const answer = await follow(
      new URL(url),
      name,
      { 'user-agent': options.userAgent, 'accept-encoding': 'gzip', ...headers },
      access,
      agents,
    ).catch((cause: unknown) => {
      throw faultOf(cause)
    })
    const type = first(answer.headers['content-type']).trim().toLowerCase()
    return await use({ type, chunks: told(bodyOf(answer, name), faultOf) })
  } finally {
    clearTimeout(timer)
    agents.close()
  }
}

/** The agents of one fetch, one for each set of TLS options. */
class Agents {
  readonly #agents = new Map<Pem, Agent>()

  get(tls: Pem): Agent {
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
async function follow(
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
    const location = first(answer.headers['location'])
    if (![301, 302, 303, 307, 308].includes(answer.statusCode) || location === '') {
      if (answer.statusCode !== 200) throw new ListError(name, `status ${answer.statusCode}`)
      return answer
    }
    answer.body.destroy()
    if (redirects === MOST_REDIRECTS) throw new ListError(name, `more than ${MOST_REDIRECTS} redirects`)
    const next = URL.parse(location, hop)
    if (next === null || !/^https?:$/.test(next.protocol)) {
      throw new ListError(name, 'a redirect to what is no http or https URL')
    }
    hop = next
  }
}

function bodyOf({ body, headers }: Dispatcher.ResponseData, name: string): AsyncIterable<Buffer> {
  const encoding = first(headers['content-encoding']).toLowerCase()
  const raw = chunks(body, name)
  if (encoding === '' || encoding === 'identity') return raw
  if (/^(x-)?gzip$/.test(encoding)) return gunzipped(raw, name)
  throw new ListError(name, `a content encoding that was not asked for: ${quote(encoding)}`)
}

/** The chunks, and in the place of their error what it tells. */
async function* told(
  body: AsyncIterable<Buffer>,
  faultOf: (cause: unknown) => ListError,
): AsyncGenerator<Buffer> {
  try {
    yield* body
  } catch (cause) {
    throw faultOf(cause)
  }
}

function first(header: string | string[] | undefined): string {
  return (Array.isArray(header) ? header[0] : header) ?? ''
}
