import { TIMEOUT_MS } from './answer.ts'
import { pinOf } from './ask-headcount.ts'
import { methodOf } from './case.ts'
import type { Case } from './case.ts'
import type { Site } from './site.ts'

/** Lines of a configuration of curl that ask what a case asks; null where it has no words for it. `file`: where something goes. */
export function curlOptions(site: Site, one: Case, file: (kind: string) => string): string[] | null {
  const { ask } = one
  const url = curlUrl(site, one)
  if (url === null || ask.certDays !== undefined || ask.pin?.of === 'cert') return null
  const { authorityFile, clientCertFile, clientKeyFile } = site.certificates
  const method = methodOf(ask)
  const lines: string[] = []
  const set = (name: string, value?: string | number | false) => {
    if (value !== undefined && value !== false)
      lines.push(value === '' ? name : `${name} = ${JSON.stringify(String(value))}`)
  }
  set('url', url)
  set('output', file('body'))
  set('dump-header', file('head'))
  set('max-time', (ask.maxTimeMs ?? ask.timeoutMs ?? TIMEOUT_MS) / 1_000)
  set('cacert', authorityFile)
  set('http1.1', '')
  if (url.startsWith('ws:')) set('no-buffer', '')
  else if (method === 'HEAD') set('head', '')
  // With data it is POST by itself; with --request also after a redirect.
  else if (method !== (ask.data === undefined ? 'GET' : 'POST')) set('request', method)
  set('data-raw', ask.data)
  for (const [name, value] of Object.entries(ask.headers ?? {}))
    if (name.toLowerCase() !== 'accept-encoding') set('header', `${name}: ${site.fill(one, value)}`)
  if (one.traits?.some((trait) => trait.startsWith('coding:')) === true) set('compressed', '')
  if (ask.auth?.scheme === 'basic') set('user', ask.auth.secret)
  if (ask.auth?.scheme === 'bearer') set('oauth2-bearer', ask.auth.secret)
  if (ask.redirects !== 0) {
    set('location', '')
    set('max-redirs', ask.redirects ?? 10)
  }
  set('max-filesize', ask.maxSize)
  if (ask.insecure === true) set('insecure', '')
  if (ask.minTls !== undefined) set(`tlsv${ask.minTls}`, '')
  if (ask.pin !== undefined) set('pinnedpubkey', `sha256//${pinOf(site, one).toString('base64')}`)
  if (ask.hasClientCert === true) {
    set('cert', clientCertFile)
    set('key', clientKeyFile)
  }
  if (ask.ipv !== undefined) set(`ipv${ask.ipv}`, '')
  if (ask.proxy === undefined) set('noproxy', '*')
  else set('proxy', site.fill(one, ask.proxy))
  const { hostname, port } = new URL(url)
  if (ask.resolve !== undefined) set('resolve', `${hostname}:${port}:${ask.resolve}`)
  if (ask.serverName !== undefined) set('connect-to', `::${site.fill(one, '{0}')}`)
  if (ask.starttls !== undefined) set('ssl-reqd', '')
  return lines
}

function curlUrl(site: Site, one: Case): string | null {
  const { ask } = one
  const url = site.fill(one, ask.url)
  const [scheme] = url.split(':')
  if (scheme === 'http' || scheme === 'https') {
    // The name is what the URL says.
    return ask.serverName === undefined ? url : url.replace(/\/\/(.*):/, `//${ask.serverName}:`)
  }
  if (scheme === 'ws') return url
  if (ask.starttls === undefined || !['smtp', 'imap', 'pop3'].includes(ask.starttls)) return null
  return url.replace('tls:', `${ask.starttls}:`)
}
