import type { SecureVersion } from 'node:tls'

/** What a client has to show, in the words of the file: those of crypto/tls of Go. */
export type ClientAuth =
  | 'NoClientCert'
  | 'RequestClientCert'
  | 'RequireAnyClientCert'
  | 'VerifyClientCertIfGiven'
  | 'RequireAndVerifyClientCert'

/** TLS of the web server. Certificates and keys are PEM. */
export interface WebTls {
  readonly cert: string
  readonly key: string
  /** Null: certificates of clients are verified with the root certificates of Node. */
  readonly clientCa: string | null
  readonly clientAuth: ClientAuth
  /** A client's certificate has one of these names; null: any. */
  readonly allowedSans: readonly string[] | null
  /** A list for OpenSSL; null: its defaults. */
  readonly ciphers: string | null
  readonly prefersServerCiphers: boolean
  /** A list for OpenSSL; null: its defaults. */
  readonly curves: string | null
  readonly minVersion: SecureVersion
  readonly maxVersion: SecureVersion
}

/** What the file of `--web-config` says. It crosses to the web thread. */
export interface WebConfig {
  /** Null: plain HTTP. */
  readonly tls: WebTls | null
  /** The bcrypt hash of each user's password; empty: nobody is asked for one. */
  readonly users: ReadonlyMap<string, string>
  /** Headers of every response, in the place of the usual ones. */
  readonly headers: Readonly<Record<string, string>>
  /** At most `burst` requests at once and one in each interval; null: no limit. */
  readonly rateLimit: { readonly intervalMs: number; readonly burst: number } | null
}

/** What a server does without a file: plain HTTP, open to whoever can connect. */
export const NO_WEB_CONFIG: WebConfig = { tls: null, users: new Map(), headers: {}, rateLimit: null }
