import type { Socket } from 'node:net'
import type { StartTls } from '../../../src/settings/starttls.ts'
import type { ScriptedAnswer } from '../../helpers/dns-server.ts'

/** What is asked, in words of no tool: each `ask-*.ts` says it in those of its own. In texts, `{0}` is the first server of the case. */
export interface Ask {
  readonly url: string
  /** Default: HEAD, or GET where a body is looked at, or POST with data. */
  readonly method?: string
  readonly data?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly auth?: { readonly scheme: 'basic' | 'bearer'; readonly secret: string }
  /** As headcount writes it; default: 200..=299. */
  readonly accept?: string
  /** Default: 10; 0: judge the redirect. */
  readonly redirects?: number
  /** Texts or `/expressions/`. */
  readonly body?: readonly string[]
  readonly bodyNot?: readonly string[]
  readonly json?: readonly JsonCheck[]
  readonly response?: Readonly<Record<string, string>>
  readonly bodyLimit?: number
  readonly maxSize?: number
  readonly maxTimeMs?: number
  readonly timeoutMs?: number
  readonly insecure?: boolean
  readonly minTls?: '1.2' | '1.3'
  readonly certDays?: number
  /** Of the certificate or of its public key: `right` or `wrong`. */
  readonly pin?: { readonly of: 'cert' | 'spki'; readonly which: 'right' | 'wrong' }
  readonly hasClientCert?: boolean
  readonly resolve?: string
  readonly serverName?: string
  readonly ipv?: 4 | 6
  readonly proxy?: string
  readonly starttls?: StartTls
  readonly talk?: readonly (readonly ['send' | 'expect', string])[]
  readonly dns?: DnsAsk
}

/** A member of a JSON document: names and indexes from the root, an operator, a value. */
export interface JsonCheck {
  readonly path: readonly (string | number)[]
  readonly operator: '' | '=' | '!=' | '<' | '>'
  readonly value?: string
}

/** A question to the name server of the site. Texts or `/expressions/`. */
export interface DnsAsk {
  readonly name: string
  readonly type: string
  readonly rcode?: string
  readonly expect?: string
  readonly authority?: string
}

/** A request as a server saw it. Names of headers in lower case. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An answer, one character a byte. To HEAD only the head is sent. */
export interface Reply {
  readonly head: string
  readonly body?: string
  /** What comes then; default: the connection ends. */
  readonly after?: 'reset' | 'silence'
  /** Before it. */
  readonly delayMs?: number
}

/** How a server speaks TLS. */
export interface TlsServer {
  readonly certificate: CertificateName
  readonly version?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'
  /** Client certificates of which authority it demands. */
  readonly demands?: 'ours' | 'other'
}

/** The certificates of the site. */
export type CertificateName =
  | 'good'
  | 'month'
  | 'expired'
  | 'future'
  | 'other name'
  | 'wildcard'
  | 'common name'
  | 'self-signed'
  | 'other authority'
  | 'intermediate'
  | 'intermediate missing'
  | 'intermediate expiring'

/** A server of a case: HTTP by `reply`, anything by `serve`, or nobody at all on its port. */
export interface Server {
  readonly reply?: (seen: Seen, origins: readonly string[]) => Reply
  readonly serve?: (socket: Socket, site: CaseSite) => void
  readonly isAbsent?: boolean
  readonly tls?: TlsServer
  readonly host?: '127.0.0.1' | '::1'
}

/** What a server of a case knows of the site. */
export interface CaseSite {
  /** `host:port` of the servers of the case. */
  readonly origins: readonly string[]
  readonly certificate: (name: CertificateName) => { readonly cert: string; readonly key: string }
}

/** One question to all tools, with the servers that answer it. */
export interface Case {
  /** `GROUP: what is special`. */
  readonly name: string
  readonly ask: Ask
  readonly servers: readonly Server[]
  readonly zone?: Readonly<Record<string, ScriptedAnswer>>
  /** What the rules know it by, besides the words of its name. */
  readonly traits?: readonly string[]
  /** Whether the requests are compared too. */
  readonly comparesRequests?: boolean
}

/** The method that is asked with. */
export function methodOf({ method, data, body, bodyNot, json, maxSize }: Ask): string {
  if (method !== undefined) return method
  if (data !== undefined) return 'POST'
  return (body ?? bodyNot ?? json ?? maxSize) === undefined ? 'HEAD' : 'GET'
}

/** An expression or a text as the source of an expression of RE2 and its flags. */
export function expressionOf(pattern: string): readonly [source: string, flags: string] {
  const [, source, flags] = /^\/(.*)\/([a-z]*)$/s.exec(pattern) ?? []
  return source === undefined ? [escaped(pattern), ''] : [source, flags ?? '']
}

/** The same as Go writes it. */
export function goExpression(pattern: string): string {
  const [source, flags] = expressionOf(pattern)
  return flags === '' ? source : `(?${flags})${source}`
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
}
