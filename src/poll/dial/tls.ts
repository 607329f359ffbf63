import { isIP } from 'node:net'
import type { Socket } from 'node:net'
import { connect, createSecureContext, DEFAULT_CIPHERS, getCACertificates } from 'node:tls'
import type { SecureContext, TLSSocket } from 'node:tls'
import type { Usage } from '../../state/usage.ts'
import type { TlsInfo } from '../../state/state.ts'
import { classify } from '../attempt/classify.ts'
import { failure, isFailure } from '../attempt/attempt.ts'
import type { Failure, Attempt } from '../attempt/attempt.ts'
import { SessionCache } from './session-cache.ts'

/**
 * A key share of the first of these goes out with every hello: the post-quantum hybrid that OpenSSL puts first costs a fifth
 * more CPU. It can't stand last either: servers of OpenSSL 3.5 and Go 1.24 ask for it wherever it is, in one round trip more.
 */
const CURVES = 'X25519:P-256:P-384:P-521'

/** All of Node's, this one first: with the one that Node puts first a handshake computes SHA-384 instead of SHA-256. */
const FIRST_CIPHER = 'TLS_AES_128_GCM_SHA256'
const CIPHERS = DEFAULT_CIPHERS.split(':')
  .toSorted((a, b) => Number(b === FIRST_CIPHER) - Number(a === FIRST_CIPHER))
  .join(':')

/** What a client offers that speaks HTTP/1 only. */
const HTTP1 = ['http/1.1']

/** PEM texts; null for none. */
export interface PemTexts {
  readonly ca: string | null
  readonly cert: string | null
  readonly key: string | null
}

/** How to make TLS connections. */
export interface TlsOptions {
  readonly tls: PemTexts
  /** Do not check certificates. */
  readonly insecure: boolean
  /** Offer HTTP/2 by ALPN. */
  readonly http2: boolean
}

/** TLS for a poller: one SecureContext, since building the store of roots for each connection costs six times the CPU. */
export class Tls {
  readonly #context: SecureContext
  readonly #sessions = new SessionCache()
  readonly #insecure: boolean
  readonly #protocols: string[]
  readonly #now: () => number

  /** Throws when the certificates given can't be used. */
  constructor(options: TlsOptions, now: () => number) {
    const { ca, cert, key } = options.tls
    this.#context = createSecureContext({
      ...(ca === null ? {} : { ca: [...getCACertificates(), ca] }),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
      ecdhCurve: CURVES,
      ciphers: CIPHERS,
    })
    this.#insecure = options.insecure
    this.#protocols = options.http2 ? ['h2', ...HTTP1] : HTTP1
    this.#now = now
  }

  /** How many sessions are kept. */
  get fill(): Usage {
    return this.#sessions.fill
  }

  /**
   * The handshake on a connected socket, as the step 'tls' of `attempt`. The socket belongs to it from here on. What is known
   * of the connection goes into `result`, also where the certificate is refused. `http1`: HTTP/2 is not offered.
   */
  async secure(
    attempt: Attempt,
    raw: Socket,
    hop: URL,
    result: { tls: TlsInfo | null },
    http1 = false,
  ): Promise<TLSSocket | Failure> {
    const host = hop.hostname.replace(/^\[|\]$|\.$/g, '')
    const began = this.#now()
    const offered = this.#sessions.get(hop.host, began, Date.now())
    const renews = this.#sessions.needsRenewal(hop.host, offered, began)
    const secured = await attempt.step<TLSSocket>('tls', (done) => {
      const socket = connect({
        socket: raw,
        host,
        servername: isIP(host) === 0 ? host : '',
        secureContext: this.#context,
        session: offered?.session,
        ALPNProtocols: http1 ? HTTP1 : this.#protocols,
        rejectUnauthorized: !this.#insecure,
      })
      let expiresAt = Number.NaN
      let fullHandshakeAt = 0
      let resumed = false
      // Node has OpenSSL hand out sessions only where this is listened for.
      if (renews) {
        socket.on('session', (session: Buffer) =>
          this.#sessions.set(hop.host, { session, fullHandshakeAt, expiresAt, receivedAt: this.#now() }),
        )
      }
      // Before Node looks at the certificate: when it refuses one, nothing can be read any more.
      socket.prependOnceListener('secure', () => {
        const resumedSession = socket.isSessionReused() ? offered : undefined
        resumed = resumedSession !== undefined
        fullHandshakeAt = resumedSession?.fullHandshakeAt ?? this.#now()
        expiresAt = resumedSession?.expiresAt ?? expiry(socket)
        result.tls = { protocol: socket.getProtocol() ?? '', expiresAt }
      })
      socket.once('secureConnect', () => {
        if (!resumed && !renews) this.#sessions.rejected(hop.host)
        done(socket)
      })
      socket.on('error', (error) => {
        done(classify(error))
        socket.destroy()
      })
      socket.once('close', () => done(failure('closed', 'closed in the handshake')))
      return () => socket.destroy()
    })
    if (isFailure(secured)) {
      this.#sessions.forget(hop.host)
      raw.destroy()
    }
    return secured
  }

  /** What a later request learnt: TLS 1.3 refuses a client after the handshake. */
  forget(hop: URL): void {
    this.#sessions.forget(hop.host)
  }
}

function expiry(socket: TLSSocket): number {
  // Not getPeerX509Certificate: on Node 24, read before Node's own check, it makes that find no name in the certificate.
  // It is an object without fields where there is no certificate.
  const { valid_to: end = '' } = socket.getPeerCertificate() as { valid_to?: string }
  return Date.parse(end)
}
