import { checkFieldName } from '../../settings/headers.ts'
import { parseProxySetting } from '../../settings/proxy.ts'
import type { ProxySetting } from '../../settings/proxy.ts'
import { listOf, mapOf, parsed, TEXT } from './read-keys.ts'
import type { ReadMap } from './read-keys.ts'
import { HEADER_VALUE, SWITCH } from './values.ts'

const PROXY_URL = parsed((text) => {
  if (text === '') return null
  if (!text.includes('://')) throw new RangeError('not a proxy such as http://proxy.example:3128')
  return parseProxySetting(text)
})

const VALUES = mapOf(listOf(HEADER_VALUE, '[value]'))

const connectHeaders: typeof VALUES = (reader, tree, name) => {
  const headers = VALUES(reader, tree, name)
  try {
    for (const [header] of headers ?? []) checkFieldName(header)
    return headers
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return void reader.report(tree.offset, `${name}: ${error.message}`)
  }
}

/** The keys that name a proxy. */
export const proxyKeys = {
  proxy_url: PROXY_URL,
  no_proxy: TEXT,
  proxy_from_environment: SWITCH,
  proxy_connect_header: connectHeaders,
}

/** Go uses no proxy for this machine itself, unless proxy_url stands alone. */
const LOOPBACK = ['localhost', '127.0.0.0/8', '[::1]']

/** The proxy that the keys name; null: none. `env`: where proxies of the environment are named. */
export function proxyOf(map: ReadMap<typeof proxyKeys>, env = process.env): ProxySetting | null {
  const { proxy_url: proxy, no_proxy: except, proxy_from_environment: fromEnvironment = false } = map.values
  if (fromEnvironment) map.atMostOne('proxy_url', 'no_proxy', 'proxy_from_environment')
  else if (map.has('no_proxy') && proxy === undefined && !map.has('proxy_url'))
    map.report('no_proxy', 'it needs proxy_url beside it')
  else if (map.has('proxy_connect_header') && proxy === undefined && !map.has('proxy_url'))
    map.report('proxy_connect_header', 'it needs proxy_url or proxy_from_environment beside it')
  if (fromEnvironment) return environmentProxy(map, env)
  if (proxy === undefined || except === undefined || except === '') return proxy ?? null
  const names = except.split(',').map((name) => name.trim())
  return { ...proxy, except: [...LOOPBACK, ...names.filter((name) => name !== '')] }
}

function environmentProxy(map: ReadMap<typeof proxyKeys>, env: NodeJS.ProcessEnv): ProxySetting | null {
  try {
    const found = parseProxySetting('env', env)
    return found === null ? null : { ...found, except: [...LOOPBACK, ...found.except] }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    map.report('proxy_from_environment', error.message)
    return null
  }
}
