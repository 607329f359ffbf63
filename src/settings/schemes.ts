import { quote } from './quote.ts'

/** What URLs of a scheme look like, and which settings they take. `src/poll/schemes/probers.ts` has the code that polls them. */
export interface Scheme {
  /** The port of a URL without one; null: a URL must have one. */
  readonly defaultPort: number | null
  /** What stands in a URL: as for http, only a host and a port, also a question to the DNS, or the name of a service. */
  readonly shape: 'web' | 'host' | 'question' | 'service'
  /** A URL in general, for messages and the documentation. */
  readonly form: string
  /** When a URL is up, for the documentation. */
  readonly up: string
  /** Its settings besides those in COMMON. `rest`: all that no other scheme has for itself. */
  readonly settings: readonly string[] | 'rest'
}

/** Settings of all schemes whose connections lead by TCP to their host. */
const OF_CONNECTIONS = ['resolve', 'source', 'unix', 'proxy'] as const

/** Settings of all schemes that speak TLS. */
const OF_TLS = [
  'insecure',
  'cert',
  'key',
  'server-name',
  'cert-days',
  'cert-sha256',
  'spki-sha256',
  'min-tls',
] as const

/**
 * The schemes of URLs that are polled. To add one, add a row here and one in `src/poll/schemes/probers.ts`: the reader of URLs, the
 * check of settings and the documentation are made from the rows.
 */
export const SCHEMES = {
  http: {
    defaultPort: 80,
    shape: 'web',
    form: 'http://host/path',
    up: 'the status of the answer is one of `--accept`',
    settings: 'rest',
  },
  https: {
    defaultPort: 443,
    shape: 'web',
    form: 'https://host/path',
    up: 'the same, over TLS with a valid certificate',
    settings: 'rest',
  },
  tcp: {
    defaultPort: null,
    shape: 'host',
    form: 'tcp://host:port',
    up: 'the connection is accepted; with `send` and `expect`, the server also answers as expected',
    settings: ['send', 'expect', ...OF_CONNECTIONS],
  },
  tls: {
    defaultPort: null,
    shape: 'host',
    form: 'tls://host:port',
    up: 'the TLS handshake succeeds, with a valid certificate; with `starttls`, after a dialogue in that protocol; with `send` and `expect`, as for tcp',
    settings: ['send', 'expect', 'starttls', ...OF_TLS, ...OF_CONNECTIONS],
  },
  dns: {
    defaultPort: 53,
    shape: 'question',
    form: 'dns://server/name?type=A',
    up: 'the server knows such a record of the name, and what `expect` and the URL ask for is there',
    settings: ['expect', 'resolve'],
  },
  ws: {
    defaultPort: 80,
    shape: 'web',
    form: 'ws://host/path',
    up: 'the server goes over to WebSocket; with `send` and `expect`, each a message, it also answers as expected',
    settings: ['send', 'expect', 'header', 'user-agent', ...OF_CONNECTIONS],
  },
  wss: {
    defaultPort: 443,
    shape: 'web',
    form: 'wss://host/path',
    up: 'the same, over TLS with a valid certificate',
    settings: ['send', 'expect', 'header', 'user-agent', ...OF_TLS, ...OF_CONNECTIONS],
  },
  grpc: {
    defaultPort: null,
    shape: 'service',
    form: 'grpc://host:port/service',
    up: 'the health service of gRPC says `SERVING` of the service, or without one of the server',
    settings: ['header', 'user-agent', ...OF_CONNECTIONS],
  },
  grpcs: {
    defaultPort: null,
    shape: 'service',
    form: 'grpcs://host:port/service',
    up: 'the same, over TLS with a valid certificate',
    settings: ['header', 'user-agent', ...OF_TLS, ...OF_CONNECTIONS],
  },
} as const satisfies Record<string, Scheme>

/** The name of a scheme. */
export type SchemeName = keyof typeof SCHEMES

/** The schemes by their names, as they stand in URLs. */
const BY_NAME: ReadonlyMap<string, Scheme> = new Map(Object.entries(SCHEMES))

/** Settings of URLs of every scheme, by the part of their keys before a dot. To add one, add its name. */
export const COMMON: ReadonlySet<string> = new Set([
  'interval',
  'error-backoff',
  'max-backoff',
  'timeout',
  'recheck',
  'max-time',
  'want',
  'down-after',
  'up-after',
  'parent',
  'ipv4',
  'ipv6',
  'ipv',
  'label',
])

/** The settings that only schemes other than http and https have. */
export const OTHERS_ONLY: ReadonlySet<string> = new Set(['starttls', 'send', 'expect'])

/** The names of all schemes. */
export const SCHEME_NAMES: readonly string[] = [...BY_NAME.keys()]

/** The names of all schemes, as in `http, https and tcp`. Intl.ListFormat would load ICU into each thread: 17 ms and 6 MB. */
export const SCHEME_LIST = SCHEME_NAMES.join(', ').replace(/, (?=\w+$)/, ' and ')

/** The scheme with this name, in small letters. */
export function schemeNamed(name: string): Scheme | undefined {
  return BY_NAME.get(name)
}

/** The name of the scheme of a checked URL. */
export function schemeOf(url: string): SchemeName {
  return url.slice(0, url.indexOf(':')) as SchemeName
}

/** The port that a checked URL leads to; 0 if it has none. */
export function portOf({ port, protocol }: URL): number {
  return port === '' ? (schemeNamed(protocol.slice(0, -1))?.defaultPort ?? 0) : Number(port)
}

/** Why a URL of this scheme can't have the setting with this key, as a clause; null: it can. */
export function unfitSetting(name: SchemeName, key: string): string | null {
  const setting = key.replace(/\..*$/s, '')
  const { settings }: Scheme = SCHEMES[name]
  const fits = settings === 'rest' ? !OTHERS_ONLY.has(setting) : settings.includes(setting)
  if (fits || COMMON.has(setting)) return null
  if (settings === 'rest') return `${quote(key)} is no setting of ${name}:// URLs`
  const known = [...settings, ...COMMON].join(', ')
  return `${quote(key)} is no setting of ${name}:// URLs: they have ${known}`
}
