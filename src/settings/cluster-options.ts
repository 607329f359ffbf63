/** How the engine is reached, and what this machine is called. */
export interface ClusterOptions {
  readonly server: EngineAddress
  /** Several clusters can share one server. */
  readonly name: string
  readonly node: string
  /** Each zone polls the whole list; '': that of the machines that are given none. */
  readonly zone: string
}

/** Where the engine is, and who asks. */
export interface EngineAddress {
  /** One server, the sentinels that know where it is, or servers of a Redis Cluster. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[]
  /** The name that sentinels know it by; null: `hosts` are no sentinels. */
  readonly sentinel: string | null
  /** The server is that of a Redis Cluster which has the keys that are used; `hosts` know which it is. */
  readonly isCluster: boolean
  readonly database: number
  readonly user: string | null
  readonly password: string | null
  /** The texts of PEM files; null: without TLS. */
  readonly tls: {
    readonly ca: string | null
    readonly cert: string | null
    readonly key: string | null
  } | null
}

/** The scheme and port of a server, by the scheme of its URL. */
const SCHEMES: ReadonlyMap<
  string,
  { readonly secure: boolean; readonly hosts: 'server' | 'sentinels' | 'cluster'; readonly port: number }
> = new Map([
  ['redis', { secure: false, hosts: 'server', port: 6379 }],
  ['rediss', { secure: true, hosts: 'server', port: 6379 }],
  ['valkey', { secure: false, hosts: 'server', port: 6379 }],
  ['valkeys', { secure: true, hosts: 'server', port: 6379 }],
  ['redis-sentinel', { secure: false, hosts: 'sentinels', port: 26_379 }],
  ['rediss-sentinel', { secure: true, hosts: 'sentinels', port: 26_379 }],
  ['redis-cluster', { secure: false, hosts: 'cluster', port: 6379 }],
  ['rediss-cluster', { secure: true, hosts: 'cluster', port: 6379 }],
])

const EXAMPLE =
  'redis://192.0.2.1:6379, rediss://valkey.example, redis-sentinel://192.0.2.1,192.0.2.2/NAME, or redis-cluster://192.0.2.1,192.0.2.2'

/** The parts of such a URL: login, hosts, path. */
const PARTS = /^([a-z-]+):\/\/(?:([^@/]*)@)?([^/@?#]+)(?:\/([^?#]*))?$/i

/** Parses the URL of a Valkey or Redis. Throws a RangeError that does not quote it. */
export function parseEngineUrl(text: string): EngineAddress {
  const [, scheme = '', login, hosts = '', path = ''] = PARTS.exec(text) ?? []
  const kind = SCHEMES.get(scheme.toLowerCase())
  if (kind === undefined) throw new RangeError(`not the URL of a Valkey or Redis, such as ${EXAMPLE}`)
  const [user, password] = loginOf(login)
  const parts = path.split('/')
  const sentinel = kind.hosts === 'sentinels' ? (parts.shift() ?? '') : null
  if (sentinel === '') throw new RangeError(`the name of the server is missing, such as in ${EXAMPLE}`)
  const [database = '', ...rest] = parts
  if (rest.length > 0 || !/^\d{0,4}$/.test(database))
    throw new RangeError('the path of the URL can only be the number of a database')
  const all = hosts.split(',').map((host) => parseHost(host, kind.port))
  if (kind.hosts === 'server' && all.length > 1)
    throw new RangeError('only sentinels, or servers of a Redis Cluster, can be several hosts')
  if (kind.hosts === 'cluster' && Number(database) > 0)
    throw new RangeError('a Redis Cluster has no database but 0')
  return {
    hosts: all,
    sentinel,
    isCluster: kind.hosts === 'cluster',
    database: Number(database),
    user,
    password,
    tls: kind.secure ? { ca: null, cert: null, key: null } : null,
  }
}

/** Parses what the file of `--cluster-auth` holds: `USER:PASSWORD`, or a password alone. */
export function parseLogin(text: string): Pick<EngineAddress, 'user' | 'password'> {
  const line = text.replace(/\r?\n$/, '')
  if (line === '' || /[\r\n]/.test(line))
    throw new RangeError('it has to be one line, USER:PASSWORD or PASSWORD')
  const at = line.indexOf(':')
  return at < 0
    ? { user: null, password: line }
    : { user: line.slice(0, at) || null, password: line.slice(at + 1) }
}

/** Parses the name of a machine, of a zone or of a cluster. Throws a RangeError. */
export function parseClusterName(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(text))
    throw new RangeError('not a name of letters, digits, dots, hyphens and underscores')
  return text
}

function loginOf(login: string | undefined): [user: string | null, password: string | null] {
  if (login === undefined) return [null, null]
  const [user = '', ...password] = login.split(':')
  try {
    return [
      decodeURIComponent(user) || null,
      password.length === 0 ? null : decodeURIComponent(password.join(':')),
    ]
  } catch {
    throw new RangeError('the user or the password is not encoded as in a URL')
  }
}

function parseHost(text: string, port: number): EngineAddress['hosts'][number] {
  const [, v6, name, digits] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::(\d{1,5}))?$/i.exec(text) ?? []
  const host = v6 ?? name
  const number = digits === undefined ? port : Number(digits)
  if (host === undefined || number < 1 || number > 65_535)
    throw new RangeError(`a host and port is wrong; it is written as in ${EXAMPLE}`)
  return { host, port: number }
}
