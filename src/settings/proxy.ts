import { BlockList, isIP, isIPv6 } from 'node:net'
import { checkHost } from './host.ts'
import { portOf } from './schemes.ts'
import { unbracket } from './unbracket.ts'

/** A proxy. */
export interface Proxy {
  readonly protocol: 'http' | 'https' | 'socks5'
  readonly hostname: string
  readonly port: number
  /** Null: none are sent. */
  readonly credentials: { readonly username: string; readonly password: string } | null
  /** More headers of CONNECT; undefined for none. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  /** Names are looked up by the proxy. */
  readonly looksUpNames: boolean
  /** Its URL without credentials, for people. */
  readonly name: string
}

/** Which proxy a URL is polled through. */
export interface ProxySetting {
  readonly forHttp: Proxy | null
  readonly forOthers: Proxy | null
  /** Hosts to which connections are made directly, as in NO_PROXY. */
  readonly except: readonly string[]
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, socks5: 1080, socks5h: 1080 }

const EXAMPLE = 'not a proxy such as http://proxy.example:3128 or socks5h://name:password@proxy.example:1080'

/** Parses `none`, `env` for the variables of `env`, or the URL of a proxy. Throws a RangeError that does not quote it. */
export function parseProxySetting(
  text: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): ProxySetting | null {
  if (text === 'none') return null
  if (text === 'env') return fromEnvironment(env)
  // A name alone is more likely a slip of the hand, such as `non`. A variable may hold one, as for other programs.
  if (!/:\/\/|:\d+\/?$/.test(text)) throw new RangeError(EXAMPLE)
  const proxy = parseProxy(text)
  return { forHttp: proxy, forOthers: proxy, except: [] }
}

/** As curl does: names in lower case come first, and `ALL_PROXY` is for what has none of its own. */
function fromEnvironment(env: Readonly<Record<string, string | undefined>>): ProxySetting {
  const read = (name: string): Proxy | null => {
    const found = [name.toLowerCase(), name].find((one) => (env[one] ?? '') !== '')
    if (found === undefined) return null
    try {
      return parseProxy(env[found] as string)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new RangeError(`${found}: ${error.message}`, { cause: error })
    }
  }
  const all = read('ALL_PROXY')
  const except = (env['no_proxy'] ?? env['NO_PROXY'] ?? '').split(/[\s,]+/).filter((item) => item !== '')
  return { forHttp: read('HTTP_PROXY') ?? all, forOthers: read('HTTPS_PROXY') ?? all, except }
}

/** The rest of a URL that has no path, and a host. */
const AUTHORITY = /^[^/?#\\]+\/?$/

function parseProxy(text: string): Proxy {
  const [, scheme = 'http', rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(text) ?? []
  const name = scheme.toLowerCase()
  const defaultPort = DEFAULT_PORTS[name]
  // Of the schemes of proxies the URL parser knows only http and https.
  const url = defaultPort === undefined || !AUTHORITY.test(rest) ? null : URL.parse(`http://${rest}`)
  if (url === null || defaultPort === undefined || checkHost(url.hostname) !== null)
    throw new RangeError(EXAMPLE)
  const { hostname, username, password } = url
  // The parser drops port 80, the default of http.
  const port = url.port === '' ? (/:0*80\/?$/.test(rest) ? 80 : defaultPort) : Number(url.port)
  if (port === 0) throw new RangeError(EXAMPLE)
  const credentials =
    username === '' && password === ''
      ? null
      : { username: decodePart(username), password: decodePart(password) }
  return {
    protocol: name === 'socks5h' ? 'socks5' : (name as Proxy['protocol']),
    hostname: unbracket(hostname),
    port,
    credentials,
    looksUpNames: name !== 'socks5',
    name: `${name}://${hostname}:${port}`,
  }
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new RangeError('the name or password has a % that is not an escape: write %25')
  }
}

/** The proxy for a URL; null: none. */
export function proxyFor({ forHttp, forOthers, except }: ProxySetting, url: URL): Proxy | null {
  const proxy = url.protocol === 'http:' ? forHttp : forOthers
  return proxy === null || except.some((item) => excludes(item, url)) ? null : proxy
}

/** Whether an item of NO_PROXY is for a URL: `*`, a name and all below it, an address, a network, each with or without a port. */
function excludes(item: string, url: URL): boolean {
  if (item === '*') return true
  const host = url.hostname.replace(/^\[|\]$|\.$/g, '')
  const [, network, bits] = /^([^/]+)\/(\d{1,3})$/.exec(item) ?? []
  if (network !== undefined && bits !== undefined) return isInNetwork(host, network, Number(bits))
  const [, bracketed, plain = '', itemPort] =
    /^(?:\[([^\]]+)\]|([^:]*|.*:.*:.*?))(?::(\d+))?$/.exec(item) ?? []
  const name = (bracketed ?? plain).toLowerCase()
  if (itemPort !== undefined && Number(itemPort) !== portOf(url)) return false
  if (isIP(name) !== 0 || isIP(host) !== 0) return isInNetwork(host, name, isIPv6(name) ? 128 : 32)
  const suffix = name.replace(/^\*?\./, '').replace(/\.$/, '')
  if (suffix === '') return false
  return host.endsWith(`.${suffix}`) || (suffix === name.replace(/\.$/, '') && host === suffix)
}

function isInNetwork(host: string, network: string, bits: number): boolean {
  const family = isIP(network)
  if (family === 0 || isIP(host) !== family || bits > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  list.addSubnet(network, bits, family === 4 ? 'ipv4' : 'ipv6')
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6')
}

/** Whether all URLs are polled through one proxy. */
export function isForAll({ forHttp, forOthers, except }: ProxySetting): boolean {
  return forHttp !== null && forHttp === forOthers && except.length === 0
}

/** A setting as it can be written, without credentials. */
export function showProxy(setting: ProxySetting | null): string {
  if (setting === null) return 'none'
  return setting.forHttp !== null && isForAll(setting) ? setting.forHttp.name : 'env'
}

/** The names of the proxies of a setting. */
export function proxyNames(setting: ProxySetting | null): ReadonlySet<string> {
  return new Set([setting?.forHttp?.name, setting?.forOthers?.name].filter((name) => name !== undefined))
}
