import { isIP } from 'node:net'
import type { Socket } from 'node:net'
import { connect, createSecureContext, DEFAULT_CIPHERS, getCACertificates } from 'node:tls'
import type { SecureContext, TLSSocket } from 'node:tls'
import type { Usage } from '../../state/usage.ts'
import type { TlsInfo } from '../../state/state.ts'
import { classify } from '../attempt/classify.ts'
import { failure, isFailure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import type { Attempt } from '../attempt/attempt.ts'
import { ignore } from './ignore.ts'
import { HandshakeCertificates } from './peer-certificates.ts'
import type { BreaksRules, PeerCertificates } from './peer-certificates.ts'
import { SessionCache } from './session-cache.ts'

/**
 * The client hello carries a key share of the first curve. The post-quantum hybrid X25519MLKEM768, which OpenSSL puts first,
 * costs a fifth more CPU. It is left out: servers with OpenSSL 3.5 or Go 1.24 select it wherever it stands in the list, which
 * costs another round trip unless it is first.
 */
const CURVES = 'X25519:P-256:P-384:P-521'

/** Put before Node's other ciphers: with the one that Node puts first, handshakes compute SHA-384 instead of SHA-256. */
const FIRST_CIPHER = 'TLS_AES_128_GCM_SHA256'
const CIPHERS = DEFAULT_CIPHERS.split(':')
  .toSorted((a, b) => Number(b === FIRST_CIPHER) - Number(a === FIRST_CIPHER))
  .join(':')

/** The ALPN protocols of a client that speaks only HTTP/1. */
const HTTP1 = ['http/1.1']

/** What to offer by ALPN: all protocols of the options, HTTP/1 or HTTP/2 alone, or nothing, since what follows is not HTTP. */
export type Alpn = 'all' | 'http/1.1' | 'h2' | 'none'

const OFFERS: Readonly<Record<Exclude<Alpn, 'all'>, string[]>> = { 'http/1.1': HTTP1, h2: ['h2'], none: [] }

/** PEM texts; null or undefined for none. */
export interface PemTexts {
  readonly ca: string | null
  readonly client?: { readonly cert: string; readonly key: string }
}

/** How to make TLS connections. */
export interface TlsOptions {
  readonly tls: PemTexts
  /** Do not check certificates. */
  readonly insecure: boolean
  /** Offer HTTP/2 by ALPN. */
  readonly http2: boolean
  /** Read the certificates of the server, which costs CPU. Default: false. */
  readonly readsCertificates?: boolean
  /** The name for SNI and in the certificate; null or undefined: that of the URL. */
  readonly serverName?: string | null
}

/** A TLS connection. `certificates`: undefined if they are not read, null if the server sent none. */
export interface PeerTls extends TlsInfo {
  readonly certificates?: PeerCertificates | null
}

/** What a handshake is for. */
interface Target {
  tls: PeerTls | null
  /** Null: the URL has no rules for certificates. */
  readonly breaksRules: BreaksRules | null
}

/** Makes TLS handshakes with a shared SecureContext: one for each connection costs six times the CPU, for its root store. */
export class Tls {
  readonly #context: SecureContext
  readonly #sessions = new SessionCache()
  readonly #insecure: boolean
  readonly #serverName: string | null
  readonly #protocols: string[]
  readonly #readsCertificates: boolean
  readonly #now: () => number

  /** Throws if the certificates given can't be used. */
  constructor(options: TlsOptions, now: () => number) {
    this.#context = contextFor(options.tls)
    this.#insecure = options.insecure
    this.#serverName = options.serverName ?? null
    this.#protocols = options.http2 ? ['h2', ...HTTP1] : HTTP1
    this.#readsCertificates = options.readsCertificates === true
    this.#now = now
  }

  /** Number of cached sessions, and the most there can be. */
  get usage(): Usage {
    return this.#sessions.usage
  }

  /**
   * Makes the handshake on a connected socket, which it owns from here on, as the step 'tls' of `attempt`. Puts the TLS
   * parameters into `result`, also if the certificate is rejected. A session is not offered if its certificates
   * break the rules: the server may have others now.
   */
  async secure(
    attempt: Attempt,
    raw: Socket,
    hop: URL,
    result: Target,
    alpn: Alpn = 'all',
  ): Promise<TLSSocket | Failure> {
    const host = this.#serverName ?? hop.hostname.replace(/^\[|\]$|\.$/g, '')
    const began = this.#now()
    const known = this.#sessions.get(hop.host, began, Date.now())
    const offered =
      known !== undefined && result.breaksRules?.(known.certificates ?? null) === true ? undefined : known
    const renews = this.#sessions.needsRenewal(hop.host, offered, began)
    const secured = await attempt.step<TLSSocket>('tls', (done) => {
      const socket = connect({
        socket: raw,
        host,
        servername: isIP(host) === 0 ? host : '',
        secureContext: this.#context,
        session: offered?.session,
        ALPNProtocols: alpn === 'all' ? this.#protocols : OFFERS[alpn],
        rejectUnauthorized: !this.#insecure,
      })
      let expiresAt = Number.NaN
      let fullHandshakeAt = 0
      let resumed = false
      const certificates = this.#readsCertificates
        ? new HandshakeCertificates(socket, offered?.certificates)
        : null
      // Node makes OpenSSL emit sessions only if there is a listener.
      if (renews) {
        socket.on('session', (session: Buffer) => {
          const received = { session, fullHandshakeAt, expiresAt, receivedAt: this.#now() }
          this.#sessions.set(
            hop.host,
            certificates === null ? received : { ...received, certificates: certificates.read() },
          )
        })
      }
      // First in line, before Node checks the certificate: if Node rejects it, nothing can be read any more.
      socket.prependOnceListener('secure', () => {
        const resumedSession = socket.isSessionReused() ? offered : undefined
        resumed = resumedSession !== undefined
        fullHandshakeAt = resumedSession?.fullHandshakeAt ?? this.#now()
        expiresAt = resumedSession?.expiresAt ?? expiry(socket)
        result.tls = { protocol: socket.getProtocol() ?? '', expiresAt }
      })
      socket.once('secureConnect', () => {
        if (resumed) this.#sessions.accepted(hop.host)
        else if (offered !== undefined && !renews) this.#sessions.rejected(hop.host)
        if (certificates !== null && result.tls !== null)
          result.tls = { ...result.tls, certificates: certificates.read() }
        done(socket)
      })
      socket.on('error', (error) => {
        done(classify(error))
        socket.destroy()
      })
      socket.once('close', () => {
        done(failure('closed', 'closed in the handshake'))
        // V8 keeps a TLSSocket until all of its heap is collected. What the listeners refer to is collected before that, and is as much again.
        socket.removeAllListeners().on('error', ignore)
      })
      return () => socket.destroy()
    })
    if (isFailure(secured)) {
      if (offered === undefined) this.#sessions.forget(hop.host)
      else if (attempt.phase === 'tls') this.#sessions.failed(hop.host, began) // Else no handshake was begun.
      raw.destroy()
    }
    return secured
  }

  /** Drops the session of an origin. In TLS 1.3 a server may reject a client certificate after the handshake. */
  forget(hop: URL): void {
    this.#sessions.forget(hop.host)
  }
}

/** Shared by all that have the same texts: the root store of a context takes up to a megabyte. */
const contexts = new WeakMap<PemTexts, SecureContext>()

/** The context for these texts. Throws if they can't be used. */
export function contextFor(texts: PemTexts): SecureContext {
  const { ca, client } = texts
  const context =
    contexts.get(texts) ??
    createSecureContext({
      ...(ca === null ? {} : { ca: [...getCACertificates(), ca] }),
      ...(client === undefined ? {} : { cert: client.cert, key: client.key }),
      ecdhCurve: CURVES,
      ciphers: CIPHERS,
    })
  contexts.set(texts, context)
  return context
}

function expiry(socket: TLSSocket): number {
  // Not getPeerX509Certificate: on Node 24, calling it before Node's own check makes that check find no name in the
  // certificate. Without a certificate, getPeerCertificate returns an object without fields.
  const { valid_to: end = '' } = socket.getPeerCertificate() as { valid_to?: string }
  return Date.parse(end)
}
