import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { getCACertificates } from 'node:tls'
import { getSystemErrorMessage } from 'node:util'
import { basicAuthorization } from '../settings/basic-authorization.ts'
import type { Oauth2Client } from '../settings/oauth2-clients.ts'

/** A token, and how long it lasts, in ms. */
export interface Token {
  readonly token: string
  readonly lifetimeMs: number
}

/** How tokens are asked for. */
export interface TokenOptions {
  readonly userAgent: string
  /** Certificates to trust besides the system's (PEM); null: none. */
  readonly ca: string | null
}

/** Time for one request, in ms. */
const DEADLINE_MS = 10_000

/** The largest answer, in bytes. */
const MAX_BYTES = 65_536

/** The lifetime of a token whose server does not say, in ms. */
const DEFAULT_LIFETIME_MS = 3_600_000

/** Asks for a token. Rejects with an Error whose message says why there is none, without secrets and text of the server. */
export async function requestToken(
  client: Oauth2Client,
  secret: string,
  { userAgent, ca }: TokenOptions,
): Promise<Token> {
  const url = new URL(client.tokenUrl)
  const body = new URLSearchParams({ grant_type: 'client_credentials' })
  if (client.scope !== null) body.set('scope', client.scope)
  for (const [name, value] of client.params ?? []) body.set(name, value)
  const signal = AbortSignal.timeout(DEADLINE_MS)
  const options = {
    method: 'POST',
    agent: false,
    signal,
    headers: {
      accept: 'application/json',
      authorization: basicAuthorization(`${encode(client.clientId)}:${encode(secret)}`),
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': userAgent,
    },
    ...(ca === null ? {} : { ca: [...getCACertificates(), ca] }),
  } as const
  try {
    const request = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options)
    request.end(body.toString())
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    return tokenIn(response.statusCode ?? 0, await textOf(response))
  } catch (error) {
    if (signal.aborted) throw new Error(`no answer within ${DEADLINE_MS / 1_000} s`, { cause: error })
    const { errno } = error as NodeJS.ErrnoException
    if (errno !== undefined) throw new Error(getSystemErrorMessage(errno), { cause: error })
    throw error
  }
}

/** As a form encodes it (RFC 6749, appendix B). */
function encode(text: string): string {
  return new URLSearchParams({ a: text }).toString().slice(2)
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BYTES) throw new Error(`an answer of more than ${MAX_BYTES / 1_024} KiB`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function tokenIn(status: number, text: string): Token {
  const fields = parseObject(text)
  const { error, access_token: token, token_type: type, expires_in: seconds } = fields
  const hasError = typeof error === 'string' && error !== ''
  if (status < 200 || status > 299 || hasError) {
    const code = hasError && /^[a-z_]{1,40}$/.test(error) ? `: ${error}` : ''
    throw new Error(`status ${status}${code}`)
  }
  if (typeof token !== 'string' || !/^[!-~]+$/.test(token)) throw new Error('an answer without access_token')
  if (typeof type === 'string' && type.toLowerCase() !== 'bearer')
    throw new Error('a token that is not a bearer token')
  const lifetimeMs = Number(seconds) * 1_000
  return { token, lifetimeMs: lifetimeMs > 0 ? lifetimeMs : DEFAULT_LIFETIME_MS }
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {} // An answer without a token.
  }
}
