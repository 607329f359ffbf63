import type { Tree } from '../tree.ts'
import type { ValueReader } from '../value-reader.ts'
import { parseMethod } from '../../settings/method.ts'
import type { Oauth2Client } from '../../settings/oauth2-clients.ts'
import { DEFAULT_HTTP } from '../../settings/probe-module.ts'
import type { HeaderRule, HttpProbeRules } from '../../settings/probe-module.ts'
import type { RequestData } from '../../settings/request-data.ts'
import { parseInteger } from '../../settings/values.ts'
import { acceptsCoding } from './accept-encoding.ts'
import { authKeys, authOf } from './auth-keys.ts'
import type { FileNotices } from './file-notices.ts'
import { addedHeaders, setHeaders } from './header-keys.ts'
import { networkKeys, networkRules } from './network-keys.ts'
import { proxyKeys, proxyOf } from './proxy-keys.ts'
import { listOf, parsed, readKeys, TEXT, unquoted } from './read-keys.ts'
import type { ReadMap, ReadValue } from './read-keys.ts'
import { HEADER_NAME, oneOf, REGEXP, SIZE_LIMIT, SWITCH } from './values.ts'

const STATUS = unquoted((text) => parseInteger(text, 100, 999))
const METHOD = parsed((text) => (text === '' ? 'GET' : parseMethod(text)))

const HEADER_RULE: ReadValue<HeaderRule> = (reader, tree, name) => {
  const map = readKeys(reader, tree, name, { header: HEADER_NAME, regexp: REGEXP, allow_missing: SWITCH })
  const { header = '', regexp = '', allow_missing: allowMissing = false } = map.values
  for (const key of ['header', 'regexp'] as const)
    if (!map.has(key) || (key === 'regexp' && map.values.regexp === ''))
      map.report(key, `${name} needs it, as in {header: Set-Cookie, regexp: '.*'}`)
  return { header, regexp, allowMissing }
}

const REGEXPS = listOf(REGEXP, "['regular expression']")
const HEADER_RULES = listOf(HEADER_RULE, "[{header: Set-Cookie, regexp: '.*'}]")

/** The keys of the prober http. */
export function httpKeys(files: FileNotices) {
  return {
    ...networkKeys(files),
    ...authKeys(files),
    ...proxyKeys,
    valid_status_codes: listOf(STATUS, '[200, 204]'),
    valid_http_versions: listOf(TEXT, '[HTTP/1.1, HTTP/2.0]'),
    method: METHOD,
    headers: setHeaders,
    http_headers: addedHeaders(files),
    body: TEXT,
    body_file: files.open(false),
    compression: oneOf('gzip', 'br', 'deflate', 'identity', ''),
    body_size_limit: SIZE_LIMIT,
    follow_redirects: SWITCH,
    no_follow_redirects: SWITCH,
    enable_http2: SWITCH,
    fail_if_ssl: SWITCH,
    fail_if_not_ssl: SWITCH,
    fail_if_body_matches_regexp: REGEXPS,
    fail_if_body_not_matches_regexp: REGEXPS,
    fail_if_header_matches: HEADER_RULES,
    fail_if_header_not_matches: HEADER_RULES,
    skip_resolve_phase_with_proxy: SWITCH,
  }
}

/** Reads the map `http`; null: there is none. An OAuth2 client that it defines gets this name in `clients`. */
export function readHttp(
  reader: ValueReader,
  tree: Tree | null,
  files: FileNotices,
  clients: Map<string, Oauth2Client>,
  clientName: string,
): HttpProbeRules {
  if (tree === null) return DEFAULT_HTTP
  const map = readKeys(reader, tree, 'http', httpKeys(files))
  const { values } = map
  const auth = authOf(map)
  if (auth?.type === 'oauth2') clients.set(clientName, auth.client)
  checkCoding(map)
  if (values.body !== '') map.atMostOne('body', 'body_file')
  const noFollow = values.no_follow_redirects
  return {
    ...networkRules(map),
    prober: 'http',
    validStatusCodes: values.valid_status_codes ?? [],
    validHttpVersions: values.valid_http_versions ?? [],
    method: values.method ?? 'GET',
    headers: [...(values.headers ?? []), ...(values.http_headers ?? [])],
    body: bodyOf(values),
    auth: auth?.type === 'oauth2' ? { type: 'oauth2', client: clientName } : auth,
    compression: values.compression === '' ? null : (values.compression ?? null),
    bodySizeLimit: values.body_size_limit ?? 0,
    // The old name wins, as in blackbox_exporter.
    followRedirects: noFollow === undefined ? (values.follow_redirects ?? true) : !noFollow,
    http2: values.enable_http2 ?? true,
    failIfSsl: values.fail_if_ssl ?? false,
    failIfNotSsl: values.fail_if_not_ssl ?? false,
    bodyMatches: values.fail_if_body_matches_regexp ?? [],
    bodyNotMatches: values.fail_if_body_not_matches_regexp ?? [],
    headerMatches: values.fail_if_header_matches ?? [],
    headerNotMatches: values.fail_if_header_not_matches ?? [],
    proxy: proxyOf(map),
    skipResolveWithProxy: values.skip_resolve_phase_with_proxy ?? false,
    proxyHeaders: (values.proxy_connect_header ?? []).flatMap(([name, all]) =>
      all.map((value) => [name, value] as const),
    ),
  }
}

type HttpMap = ReadMap<ReturnType<typeof httpKeys>>

function bodyOf({ body, body_file: file }: HttpMap['values']): RequestData | null {
  return file ?? (body === undefined || body === '' ? null : { text: body })
}

/** An Accept-Encoding that forbids the coding which the answer must have is a mistake. */
function checkCoding(map: HttpMap): void {
  const { compression = '', headers = [] } = map.values
  const accepted = headers.find(([name]) => name.toLowerCase() === 'accept-encoding')?.[1]
  if (accepted === undefined || acceptsCoding(accepted.text, compression)) return
  map.report('compression', 'the header Accept-Encoding does not accept it')
}
