import { getCACertificates } from 'node:tls'
import { basicAuthorization, loginOf } from '../../settings/basic-authorization.ts'
import { parseProxySetting, proxyFor } from '../../settings/proxy.ts'
import type { Proxy } from '../../settings/proxy.ts'
import type { SendResult } from '../notification.ts'
import { errorText } from './error-text.ts'
import { hide, secretParts, secretsOfLogin, secretsOfUrl } from './hide-secrets.ts'
import { judgeStatus, oneLine, parseRetryAfter } from './http-response.ts'
import type { HttpResponse } from './http-response.ts'
import type { SenderContext } from './receiver-type.ts'
import type * as Undici from './undici.ts'
import type { Dispatcher } from './undici.ts'

/** The most of an answer that is read, in bytes. */
const MAX_BODY_BYTES = 65_536

/** The most bytes of headers of an answer. */
const MAX_HEADER_BYTES = 65_536

/** A request of a receiver. */
export interface HttpRequest {
  /** http or https. Credentials in it are sent as an Authorization header. */
  readonly url: string
  readonly method?: 'POST' | 'PUT' | 'GET'
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer | null
  /** What must not be told, nor any part of it, wherever it turns up in an answer or an error. */
  readonly secrets: readonly string[]
  /** The same of the URL, without its login. Default: its path and query. */
  readonly urlSecrets?: readonly string[]
  /** The most of the answer that is read, in bytes. Default: 64 KiB. */
  readonly maxBodyBytes?: number
}

/**
 * Sends a request on a connection of its own, through the proxy that the environment names, if any. Never rejects: `judge` says what an
 * answer means, and anything else is worth another attempt. What is said holds no part of `secrets`, nor of the path and query of the URL.
 */
export async function sendHttp(
  request: HttpRequest,
  { userAgent, ca }: SenderContext,
  signal: AbortSignal,
  judge: (response: HttpResponse) => SendResult = judgeStatus,
): Promise<SendResult> {
  const { url, method = 'POST', headers, body, secrets, maxBodyBytes = MAX_BODY_BYTES } = request
  const target = new URL(url)
  const login = takeLogin(target)
  const { urlSecrets = secretsOfUrl(target) } = request
  const hidden = [...secrets, ...secrets.flatMap(secretParts), ...urlSecrets]
  if (login !== null) hidden.push(...secretsOfLogin(login))
  let agent: Dispatcher | null = null
  try {
    // Loaded with the first request: whoever reads the configuration sends nothing.
    const undici = await import('./undici.ts')
    const setting = parseProxySetting('env')
    const proxy = setting === null ? null : proxyFor(setting, target)
    // It answers http itself, and may send its login back.
    const own = proxy?.credentials ?? null
    if (own !== null) hidden.push(...secretsOfLogin(`${own.username}:${own.password}`))
    agent = dispatcherFor(undici, proxy, ca)
    const response = await undici.request(target, {
      dispatcher: agent,
      method,
      headers: {
        'user-agent': userAgent,
        ...(login === null ? {} : { authorization: basicAuthorization(login) }),
        ...headers,
      },
      body,
      signal,
    })
    const answer = await read(response, maxBodyBytes)
    // Before a part of it is told: a secret that is cut off could not be found.
    return judge({ ...answer, text: hide(answer.body.slice(0, MAX_BODY_BYTES), hidden) })
  } catch (error) {
    const why = signal.aborted ? 'no answer in time' : describeFailure(error)
    return { type: 'retry', said: `${target.host}: ${hide(why, hidden)}`, retryAfterMs: null }
  } finally {
    // Ends what is left of the body too.
    await agent?.destroy()
  }
}

function dispatcherFor(
  { Agent, ProxyAgent }: typeof Undici,
  proxy: Proxy | null,
  ca: string | null,
): Dispatcher {
  const tls = ca === null ? {} : { ca: [...getCACertificates(), ca] }
  // The signal replaces undici's time-outs, which are coarse and start again with each chunk.
  const options = { headersTimeout: 0, bodyTimeout: 0, allowH2: false, maxHeaderSize: MAX_HEADER_BYTES }
  if (proxy === null) return new Agent({ ...options, connect: { ...tls, timeout: 0 } })
  const { protocol, hostname, port, credentials } = proxy
  const uri = new URL(`${protocol}://${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`)
  if (protocol === 'socks5') {
    uri.username = encodeURIComponent(credentials?.username ?? '')
    uri.password = encodeURIComponent(credentials?.password ?? '')
    // With options of TLS for the proxy, undici would speak TLS to it.
    return new ProxyAgent({ ...options, uri: uri.href, requestTls: tls })
  }
  const login = credentials === null ? null : `${credentials.username}:${credentials.password}`
  const token = login === null ? {} : { token: basicAuthorization(login) }
  return new ProxyAgent({ ...options, uri: uri.href, requestTls: tls, proxyTls: tls, ...token })
}

/** The status has come, so the server has the notification: a body that breaks off changes nothing. */
async function read(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  maxBytes: number,
): Promise<Omit<HttpResponse, 'text'>> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      size += chunk.length
      if (size >= maxBytes) break
    }
  } catch {
    // What has come by then is told.
  }
  const first = (name: string) => [headers[name] ?? ''].flat()[0] ?? ''
  return {
    status: statusCode,
    retryAfterMs: parseRetryAfter(first('retry-after'), first('date'), Date.now()),
    serverTime: Date.parse(first('date')),
    body: Buffer.concat(chunks).subarray(0, maxBytes).toString(),
  }
}

/** Why there was no answer, as a clause. */
function describeFailure(error: unknown): string {
  // With several addresses, each has an error of its own.
  const cause = error instanceof AggregateError ? (error.errors[0] as unknown) : error
  return oneLine(errorText(cause))
}

/** Takes `name:password` out of a URL; null: it has none. */
function takeLogin(url: URL): string | null {
  const login = loginOf(url)
  url.username = ''
  url.password = ''
  return login
}
