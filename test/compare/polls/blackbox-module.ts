import { TIMEOUT_MS } from './answer.ts'
import { goExpression, methodOf } from './case.ts'
import type { Ask, Case } from './case.ts'
import type { Site } from './site.ts'

/** A module of blackbox_exporter and what it is asked about. */
export interface Probe {
  readonly module: Readonly<Record<string, unknown>>
  readonly target: string
}

/** What blackbox_exporter 0.26 is asked; null where it has no words for it. */
export function blackboxProbe(site: Site, one: Case): Probe | null {
  const { ask } = one
  const [scheme] = ask.url.split(':')
  const timeout = `${ask.maxTimeMs ?? ask.timeoutMs ?? TIMEOUT_MS}ms`
  if (ask.json !== undefined || ask.certDays !== undefined || ask.pin !== undefined) return null
  // It follows ten redirects or none.
  if (ask.bodyLimit !== undefined || ![0, 10].includes(ask.redirects ?? 10)) return null
  if (one.traits?.includes('coding:zstd') === true) return null
  if (ask.dns !== undefined) {
    return { target: site.nameServer, module: { prober: 'dns', timeout, dns: dnsModule(ask) } }
  }
  if (scheme === 'tcp' || scheme === 'tls') {
    if (ask.starttls !== undefined && STARTTLS[ask.starttls] === undefined) return null
    const target = site.fill(one, ask.url).slice(`${scheme}://`.length)
    return { target, module: { prober: 'tcp', timeout, tcp: tcpModule(site, ask) } }
  }
  if (scheme !== 'http' && scheme !== 'https') return null
  const url = new URL(site.fill(one, ask.url))
  const headers: Record<string, string> = { ...ask.headers }
  let { serverName } = ask
  if (ask.resolve !== undefined) {
    headers['Host'] = url.host
    serverName = url.hostname
    url.hostname = ask.resolve
  }
  const http = { ...httpModule(site, one, headers), tls_config: tlsConfig(site, ask, serverName) }
  const module = { prober: 'http', timeout, http }
  return { target: ask.resolve === undefined ? site.fill(one, ask.url) : url.href, module }
}

function httpModule(site: Site, one: Case, headers: Record<string, string>): object {
  const { ask } = one
  const { auth } = ask
  const [, user = '', password = ''] = /^(.*?):(.*)$/.exec(auth?.secret ?? '') ?? []
  return {
    method: methodOf(ask),
    preferred_ip_protocol: ask.ipv === 6 ? 'ip6' : 'ip4',
    ip_protocol_fallback: ask.ipv === undefined,
    follow_redirects: ask.redirects !== 0,
    enable_http2: false,
    valid_status_codes: statuses(ask.accept),
    headers,
    ...(auth?.scheme === 'basic' ? { basic_auth: { username: user, password } } : {}),
    ...(auth?.scheme === 'bearer' ? { authorization: { credentials: auth.secret } } : {}),
    ...(ask.data === undefined ? {} : { body: ask.data }),
    ...(ask.proxy === undefined ? {} : { proxy_url: site.fill(one, ask.proxy) }),
    ...(ask.maxSize === undefined ? {} : { body_size_limit: `${ask.maxSize}B` }),
    ...compression(one),
    fail_if_body_not_matches_regexp: (ask.body ?? []).map(goExpression),
    fail_if_body_matches_regexp: (ask.bodyNot ?? []).map(goExpression),
    fail_if_header_not_matches: Object.entries(ask.response ?? {}).map(([header, pattern]) => ({
      header,
      regexp: goExpression(pattern),
    })),
  }
}

/** It has to be told how the body is compressed. */
function compression({ ask, traits = [] }: Case): object {
  if (methodOf(ask) !== 'GET') return {}
  const [coding] = traits.flatMap((trait) => /^coding:(gzip|deflate|br)$/.exec(trait)?.[1] ?? [])
  return coding === undefined ? {} : { compression: coding }
}

function statuses(accept: string | undefined): number[] {
  return (accept ?? '')
    .split(',')
    .filter((item) => item !== '')
    .flatMap((item) => {
      const [from, to = from] = item.split('..=').map(Number) as [number, number?]
      return Array.from({ length: to - from + 1 }, (_, more) => from + more)
    })
}

function tlsConfig(site: Site, ask: Ask, serverName = ask.serverName): object {
  const { authorityFile, clientCertFile, clientKeyFile } = site.certificates
  return {
    ca_file: authorityFile,
    insecure_skip_verify: ask.insecure === true,
    ...(serverName === undefined ? {} : { server_name: serverName }),
    ...(ask.minTls === undefined ? {} : { min_version: `TLS${ask.minTls.replace('.', '')}` }),
    ...(ask.hasClientCert === true ? { cert_file: clientCertFile, key_file: clientKeyFile } : {}),
  }
}

type Step = Readonly<Record<string, string | boolean>>

/** How its documentation says that STARTTLS is to be written. */
const STARTTLS: Readonly<Record<string, readonly Step[]>> = {
  smtp: [
    { expect: '^220 ' },
    { send: 'EHLO prober\r' },
    { expect: '^250-STARTTLS' },
    { send: 'STARTTLS\r' },
    { expect: '^220' },
    { starttls: true },
  ],
  imap: [{ expect: 'OK.*STARTTLS' }, { send: '. STARTTLS\r' }, { expect: 'OK' }, { starttls: true }],
  pop3: [{ expect: '^\\+OK' }, { send: 'STLS\r' }, { expect: '^\\+OK' }, { starttls: true }],
}

function tcpModule(site: Site, ask: Ask): object {
  const talk = (ask.talk ?? []).map(([what, text]) =>
    // It sends a line feed after each text.
    what === 'send' ? { send: text.replace(/\n$/, '') } : { expect: goExpression(text) },
  )
  return {
    preferred_ip_protocol: ask.ipv === 6 ? 'ip6' : 'ip4',
    ip_protocol_fallback: ask.ipv === undefined,
    tls: ask.url.startsWith('tls:') && ask.starttls === undefined,
    tls_config: tlsConfig(site, ask),
    query_response: [...(ask.starttls === undefined ? [] : (STARTTLS[ask.starttls] ?? [])), ...talk],
  }
}

function dnsModule({ dns, ipv }: Ask): object {
  const { name = '', type = 'A', rcode = 'NOERROR', expect, authority } = dns ?? {}
  const records = (pattern: string | undefined) =>
    pattern === undefined ? {} : { fail_if_none_matches_regexp: [goExpression(pattern)] }
  return {
    // It looks up names only.
    query_name: type === 'PTR' ? `${name.split('.').toReversed().join('.')}.in-addr.arpa` : name,
    query_type: type,
    preferred_ip_protocol: ipv === 6 ? 'ip6' : 'ip4',
    valid_rcodes: [rcode],
    // Without this, it is content with an answer without records.
    validate_answer_rrs: records(
      expect ?? (rcode === 'NOERROR' && authority === undefined ? '/./' : undefined),
    ),
    validate_authority_rrs: records(authority),
  }
}
