import type { ProxySetting } from './proxy.ts'
import type { RequestData } from './request-data.ts'

// What a module of a blackbox.yml asks for, as plain data that can be sent to a thread.

/** A module that serves `/probe`. */
export interface ProbeModule {
  readonly name: string
  readonly prober: ProbeRules['prober']
  /** 0: it has none of its own. */
  readonly timeoutMs: number
  readonly rules: ProbeRules
}

/** What a module asks for, by its prober. Expressions are in the syntax of RE2. */
export type ProbeRules = HttpProbeRules | TcpProbeRules | DnsProbeRules

/** What modules of every prober ask for. */
export interface NetworkRules {
  /** The address family that is used if the target has an address of it. */
  readonly preferred: 4 | 6
  /** Whether the other family is used if it has none. */
  readonly fallback: boolean
  readonly tls: ProbeTls
}

/** How to speak TLS. Null: not set. */
export interface ProbeTls {
  readonly insecure: boolean
  readonly serverName: string | null
  /** PEM: trusted in place of the certificates of the system. */
  readonly ca: RequestData | null
  readonly cert: RequestData | null
  readonly key: RequestData | null
  readonly minVersion: TlsVersion | null
  readonly maxVersion: TlsVersion | null
}

/** A version of TLS, as Node names it. */
export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'

/** A module of the prober http. */
export interface HttpProbeRules extends NetworkRules {
  readonly prober: 'http'
  /** Empty: 200 to 299. */
  readonly validStatusCodes: readonly number[]
  /** Such as `HTTP/1.1`. Empty: any. */
  readonly validHttpVersions: readonly string[]
  readonly method: string
  /** The names are as in the file. `Host` replaces that of the URL. */
  readonly headers: readonly (readonly [name: string, value: RequestData])[]
  readonly body: RequestData | null
  readonly auth: ProbeAuth | null
  readonly compression: Compression | null
  /** In decoded bytes; 0: any size. */
  readonly bodySizeLimit: number
  readonly followRedirects: boolean
  readonly http2: boolean
  readonly failIfSsl: boolean
  readonly failIfNotSsl: boolean
  readonly bodyMatches: readonly string[]
  readonly bodyNotMatches: readonly string[]
  readonly headerMatches: readonly HeaderRule[]
  readonly headerNotMatches: readonly HeaderRule[]
  readonly proxy: ProxySetting | null
  /** The name is not looked up if a proxy is used. */
  readonly skipResolveWithProxy: boolean
  /** Headers of CONNECT. */
  readonly proxyHeaders: readonly (readonly [name: string, value: string])[]
}

/** A content coding that the answer must have. */
export type Compression = 'gzip' | 'br' | 'deflate' | 'identity'

/** How requests identify themselves, unless they have a header Authorization. */
export type ProbeAuth =
  | { readonly type: 'basic'; readonly username: RequestData; readonly password: RequestData }
  /** `scheme` is the first word of the header, such as `Bearer`. */
  | { readonly type: 'header'; readonly scheme: string; readonly credentials: RequestData }
  /** `client` is a name among the OAuth2 clients. */
  | { readonly type: 'oauth2'; readonly client: string }

/** A check of a header. */
export interface HeaderRule {
  readonly header: string
  readonly regexp: string
  readonly allowMissing: boolean
}

/** A module of the prober tcp. */
export interface TcpProbeRules extends NetworkRules {
  readonly prober: 'tcp'
  readonly source: string | null
  /** TLS from the beginning. */
  readonly useTls: boolean
  readonly queryResponse: readonly QueryResponse[]
}

/** A step of a conversation: waits for a line, sends one, goes over to TLS. */
export interface QueryResponse {
  readonly expect: string | null
  /** Values may hold `${1}` for what a group of `expect` has matched. */
  readonly labels: readonly (readonly [name: string, value: string])[] | null
  /** May hold `${1}` too; '' for nothing. */
  readonly send: string
  readonly starttls: boolean
}

/** A module of the prober dns. */
export interface DnsProbeRules extends NetworkRules {
  readonly prober: 'dns'
  readonly source: string | null
  readonly transport: 'udp' | 'tcp'
  readonly overTls: boolean
  readonly queryName: string
  readonly queryType: number
  readonly queryClass: number
  readonly recursion: boolean
  readonly validRcodes: readonly number[]
  readonly answer: RecordRules
  readonly authority: RecordRules
  readonly additional: RecordRules
}

/** What the records of a section must be like, each as a line such as `a.example.\t300\tIN\tA\t192.0.2.1`. */
export interface RecordRules {
  readonly matches: readonly string[]
  readonly allMatch: readonly string[]
  readonly notMatches: readonly string[]
  readonly noneMatches: readonly string[]
}

/** TLS as Go speaks it when nothing is set. */
export const DEFAULT_TLS: ProbeTls = {
  insecure: false,
  serverName: null,
  ca: null,
  cert: null,
  key: null,
  minVersion: null,
  maxVersion: null,
}

/** A module of the prober http that sets nothing. */
export const DEFAULT_HTTP: HttpProbeRules = {
  prober: 'http',
  preferred: 6,
  fallback: true,
  tls: DEFAULT_TLS,
  validStatusCodes: [],
  validHttpVersions: [],
  method: 'GET',
  headers: [],
  body: null,
  auth: null,
  compression: null,
  bodySizeLimit: 0,
  followRedirects: true,
  http2: true,
  failIfSsl: false,
  failIfNotSsl: false,
  bodyMatches: [],
  bodyNotMatches: [],
  headerMatches: [],
  headerNotMatches: [],
  proxy: null,
  skipResolveWithProxy: false,
  proxyHeaders: [],
}

/** The module of a run without `--probe-config`. */
export const BUILT_IN_MODULE: ProbeModule = {
  name: 'http_2xx',
  prober: 'http',
  timeoutMs: 0,
  rules: DEFAULT_HTTP,
}
