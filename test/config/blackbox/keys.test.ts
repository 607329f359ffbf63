import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { dnsKeys } from '../../../src/config/blackbox/dns-module.ts'
import { FileNotices } from '../../../src/config/blackbox/file-notices.ts'
import { httpKeys } from '../../../src/config/blackbox/http-module.ts'
import { readModules } from '../../../src/config/blackbox/read-modules.ts'
import { tcpKeys } from '../../../src/config/blackbox/tcp-module.ts'
import { directoryOf } from '../../helpers/directory.ts'

// Every key of each prober: a value that is honoured, and one that is refused in its place.

type Prober = 'http' | 'tcp' | 'dns'

/** A key with its value, and what the rules hold then. */
type Good = readonly [prober: Prober, yaml: string, rules: Readonly<Record<string, unknown>>]

const TLS = {
  insecure: false,
  serverName: null,
  ca: null,
  cert: null,
  key: null,
  minVersion: null,
  maxVersion: null,
}

const proxy = (hostname: string) => ({
  protocol: 'http',
  hostname,
  port: 3128,
  credentials: null,
  looksUpNames: true,
  name: `http://${hostname}:3128`,
})

const forEach = (yaml: string, rules: Good[2], ...probers: Prober[]): Good[] =>
  probers.map((prober) => [prober, yaml, rules])

const GOOD: readonly Good[] = [
  ...forEach('preferred_ip_protocol: ip4', { preferred: 4 }, 'http', 'tcp', 'dns'),
  ...forEach('preferred_ip_protocol: ""', { preferred: 6 }, 'http', 'tcp', 'dns'),
  ...forEach('ip_protocol_fallback: false', { fallback: false }, 'http', 'tcp', 'dns'),
  ...forEach(
    'tls_config: {insecure_skip_verify: yes, server_name: a.example, ca: A, cert: B, key: C, min_version: TLS10, max_version: TLS12}',
    {
      tls: {
        insecure: true,
        serverName: 'a.example',
        ca: { text: 'A' },
        cert: { text: 'B' },
        key: { text: 'C' },
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.2',
      },
    },
    'http',
    'tcp',
    'dns',
  ),
  ...forEach(
    'tls_config: {ca_file: DIR/f, cert_file: DIR/f, key_file: DIR/f}',
    { tls: { ...TLS, ca: { file: 'DIR/f' }, cert: { file: 'DIR/f' }, key: { file: 'DIR/f' } } },
    'http',
    'tcp',
    'dns',
  ),
  ...forEach('tls_config:', { tls: TLS }, 'http', 'tcp', 'dns'),
  ...forEach('source_ip_address: "192.0.2.1"', { source: '192.0.2.1' }, 'tcp', 'dns'),
  ['http', 'valid_status_codes: [200, 404]', { validStatusCodes: [200, 404] }],
  ['http', 'valid_status_codes: []', { validStatusCodes: [] }],
  ['http', 'valid_http_versions: ["HTTP/1.1", HTTP/2]', { validHttpVersions: ['HTTP/1.1', 'HTTP/2'] }],
  ['http', 'method: POST', { method: 'POST' }],
  ['http', 'method:', { method: 'GET' }],
  [
    'http',
    'headers: {Host: a.example, User-Agent: me, X-Number: 1}',
    {
      headers: [
        ['Host', { text: 'a.example' }],
        ['User-Agent', { text: 'me' }],
        ['X-Number', { text: '1' }],
      ],
    },
  ],
  [
    'http',
    'http_headers: {X-A: {values: [a, b], secrets: [c], files: [DIR/f]}}',
    {
      headers: [
        ['X-A', { text: 'a' }],
        ['X-A', { text: 'b' }],
        ['X-A', { text: 'c' }],
        ['X-A', { file: 'DIR/f' }],
      ],
    },
  ],
  ['http', 'body: "{}"', { body: { text: '{}' } }],
  ['http', 'body: "${1} $HOME"', { body: { text: '${1} $HOME' } }],
  ['http', 'body_file: DIR/f', { body: { file: 'DIR/f' } }],
  ['http', 'compression: br', { compression: 'br' }],
  ['http', 'compression: ""', { compression: null }],
  ['http', 'body_size_limit: 10MB', { bodySizeLimit: 10 * 2 ** 20 }],
  ['http', 'body_size_limit: 1.5KiB', { bodySizeLimit: 1_536 }],
  ['http', 'body_size_limit: 1KB10B', { bodySizeLimit: 1_034 }],
  ['http', 'body_size_limit: 0', { bodySizeLimit: 0 }],
  ['http', 'follow_redirects: false', { followRedirects: false }],
  ['http', 'no_follow_redirects: true', { followRedirects: false }],
  ['http', 'enable_http2: off', { http2: false }],
  ['http', 'fail_if_ssl: true', { failIfSsl: true }],
  ['http', 'fail_if_not_ssl: true', { failIfNotSsl: true }],
  ['http', "fail_if_body_matches_regexp: ['(?i)a\\d+']", { bodyMatches: ['(?i)a\\d+'] }],
  ['http', 'fail_if_body_not_matches_regexp: [a, ""]', { bodyNotMatches: ['a', ''] }],
  [
    'http',
    'fail_if_header_matches: [{header: Set-Cookie, regexp: ".*", allow_missing: true}]',
    { headerMatches: [{ header: 'Set-Cookie', regexp: '.*', allowMissing: true }] },
  ],
  [
    'http',
    'fail_if_header_not_matches: [{header: A, regexp: b}]',
    { headerNotMatches: [{ header: 'A', regexp: 'b', allowMissing: false }] },
  ],
  [
    'http',
    'basic_auth: {username: me, password: secret}',
    { auth: { type: 'basic', username: { text: 'me' }, password: { text: 'secret' } } },
  ],
  [
    'http',
    'basic_auth: {username_file: DIR/f, password_file: DIR/f}',
    { auth: { type: 'basic', username: { file: 'DIR/f' }, password: { file: 'DIR/f' } } },
  ],
  [
    'http',
    'authorization: {credentials: secret}',
    { auth: { type: 'header', scheme: 'Bearer', credentials: { text: 'secret' } } },
  ],
  [
    'http',
    'authorization: {type: ApiKey, credentials_file: DIR/f}',
    { auth: { type: 'header', scheme: 'ApiKey', credentials: { file: 'DIR/f' } } },
  ],
  ['http', 'bearer_token: t', { auth: { type: 'header', scheme: 'Bearer', credentials: { text: 't' } } }],
  [
    'http',
    'bearer_token_file: DIR/f',
    { auth: { type: 'header', scheme: 'Bearer', credentials: { file: 'DIR/f' } } },
  ],
  [
    'http',
    'oauth2: {client_id: a, client_secret: b, token_url: "https://login.example/token", scopes: [c, d], endpoint_params: {e: f}}',
    { auth: { type: 'oauth2', client: 'module:m' } },
  ],
  [
    'http',
    'oauth2: {client_id: a, client_secret_file: DIR/f, token_url: "https://login.example/token", tls_config: {insecure_skip_verify: false}}',
    { auth: { type: 'oauth2', client: 'module:m' } },
  ],
  [
    'http',
    'proxy_url: http://proxy.example:3128',
    { proxy: { forHttp: proxy('proxy.example'), forOthers: proxy('proxy.example'), except: [] } },
  ],
  [
    'http',
    'no_proxy: "a.example, 10.0.0.0/8"\n      proxy_url: http://proxy.example:3128',
    {
      proxy: {
        forHttp: proxy('proxy.example'),
        forOthers: proxy('proxy.example'),
        except: ['localhost', '127.0.0.0/8', '[::1]', 'a.example', '10.0.0.0/8'],
      },
    },
  ],
  ['http', 'proxy_from_environment: false', { proxy: null }],
  [
    'http',
    'proxy_connect_header: {Proxy-Authorization: [secret]}\n      proxy_url: http://proxy.example:3128',
    { proxyHeaders: [['Proxy-Authorization', 'secret']] },
  ],
  ['http', 'skip_resolve_phase_with_proxy: true', { skipResolveWithProxy: true }],
  ['tcp', 'tls: true', { useTls: true }],
  [
    'tcp',
    'query_response: [{expect: "^220 (.*)$", send: "HELO ${1}\\r", labels: [{name: host, value: "${1}"}]}, {starttls: true}]',
    {
      queryResponse: [
        { expect: '^220 (.*)$', send: 'HELO ${1}\r', labels: [['host', '${1}']], starttls: false },
        { expect: null, send: '', labels: null, starttls: true },
      ],
    },
  ],
  ['dns', 'transport_protocol: tcp', { transport: 'tcp' }],
  ['dns', 'transport_protocol: ""', { transport: 'udp' }],
  ['dns', 'dns_over_tls: true\n      transport_protocol: tcp', { overTls: true }],
  ['dns', 'query_name: www.prometheus.io', { queryName: 'www.prometheus.io' }],
  ['dns', "query_name: 'a\\.b \\097.example'", { queryName: 'a\\.b \\097.example' }],
  ['dns', 'query_type: SOA', { queryType: 6 }],
  ['dns', 'query_type: ""', { queryType: 255 }],
  ['dns', 'query_class: CH', { queryClass: 3 }],
  ['dns', 'recursion_desired: false', { recursion: false }],
  ['dns', 'valid_rcodes: [NOERROR, NXDOMAIN]', { validRcodes: [0, 3] }],
  ['dns', 'valid_rcodes: []', { validRcodes: [] }],
  ...(['answer', 'authority', 'additional'] as const).map((section): Good => [
    'dns',
    `validate_${section}_rrs: {fail_if_matches_regexp: [a], fail_if_all_match_regexp: [b], fail_if_not_matches_regexp: [c], fail_if_none_matches_regexp: [d]}`,
    { [section]: { matches: ['a'], allMatch: ['b'], notMatches: ['c'], noneMatches: ['d'] } },
  ]),
]

/** A key with its value, and why it is refused; the column is that of the value, or of the key. */
type Bad = readonly [prober: Prober, yaml: string, problem: string]

const everywhere = (yaml: string, problem: string, ...probers: Prober[]): Bad[] =>
  probers.map((prober) => [prober, yaml, problem])

const SWITCHES = 'ip_protocol_fallback'
const EXPRESSION = 'not a valid regular expression in the syntax of RE2, such as /"status": *"(ok|ready)"/i'
const NO_MANAGER = 'there is no secret manager: give the secret itself or its file'
const NOT_FOR_TOKENS = 'tokens are asked for directly, with the certificates of the system and --cacert'
const A_LIST = "must be a list, such as ['regular expression']"

const BAD: readonly Bad[] = [
  ...everywhere(
    'preferred_ip_protocol: ipv4',
    '30: preferred_ip_protocol: must be one of ip4, ip6',
    'http',
    'tcp',
    'dns',
  ),
  ...everywhere(
    `${SWITCHES}: maybe`,
    '29: ip_protocol_fallback: must be true or false',
    'http',
    'tcp',
    'dns',
  ),
  ...everywhere(
    'tls_config: {insecure: true}',
    '20: unknown key "insecure": use one of insecure_skip_verify, server_name, ca, ca_file, ca_ref, cert, cert_file, cert_ref, key, key_file, key_ref, min_version, max_version',
    'http',
    'tcp',
    'dns',
  ),
  ...everywhere(
    'tls_config: {insecure_skip_verify: 1}',
    '42: insecure_skip_verify: must be true or false',
    'tcp',
  ),
  ...everywhere('tls_config: {ca: A, ca_file: DIR/f}', "27: ca_file: it can't be set beside ca", 'tcp'),
  ...everywhere('tls_config: {cert: A}', '19: cert_file: it needs key_file beside it', 'tcp'),
  ...everywhere('tls_config: {key: A}', '19: key_file: it needs cert_file beside it', 'tcp'),
  ...everywhere(
    'tls_config: {min_version: TLS9}',
    '33: min_version: must be one of TLS10, TLS11, TLS12, TLS13',
    'tcp',
  ),
  ...everywhere(
    'tls_config: {min_version: TLS13, max_version: TLS12}',
    '40: max_version: it is older than min_version',
    'tcp',
  ),
  ...everywhere('tls_config: {ca_ref: a}', `28: ca_ref: ${NO_MANAGER}`, 'tcp'),
  ...everywhere('tls_config: {ca_file: ""}', '29: ca_file: the name of the file is empty', 'tcp'),
  ...everywhere(
    'source_ip_address: eth0',
    '26: source_ip_address: not an IP address such as 192.0.2.1',
    'tcp',
    'dns',
  ),
  ['http', 'valid_status_codes: 200', '27: valid_status_codes: must be a list, such as [200, 204]'],
  ['http', 'valid_status_codes: [2xx]', '28: valid_status_codes: not a whole number from 100 to 999'],
  [
    'http',
    'valid_http_versions: HTTP/1.1',
    '28: valid_http_versions: must be a list, such as [HTTP/1.1, HTTP/2.0]',
  ],
  ['http', 'method: get', '15: method: methods are written in capitals: did you mean GET?'],
  ['http', 'headers: [a]', '16: headers: must be a map, such as `name: value`'],
  ['http', 'headers: {Connection: close}', "17: headers: the header Connection can't be set"],
  ['http', 'headers: {A: b, a: c}', '23: headers: the header is set twice'],
  ['http', 'headers: {"a b": c}', '17: headers: the name has a character that is not allowed in a header'],
  ['http', 'headers: {a: "b\\nc"}', '20: headers: the value has a character that is not allowed in a header'],
  ['http', 'http_headers: {Host: {values: [a]}}', "22: http_headers: the header Host can't be set"],
  ['http', 'http_headers: {X-A: {value: [a]}}', '28: unknown key "value": did you mean "values"?'],
  ['http', 'body: a\n      body_file: DIR/f', "7: body_file: it can't be set beside body"],
  ['http', 'body: [a]', '13: body: must be one value, not a list'],
  ['http', 'body_file: {}', '18: body_file: must be one value, not a map'],
  ['http', 'compression: zstd', '20: compression: must be one of gzip, br, deflate, identity'],
  [
    'http',
    'compression: gzip\n      headers: {Accept-Encoding: br}',
    'KEY: compression: the header Accept-Encoding does not accept it',
  ],
  ['http', 'body_size_limit: 5iB', '24: body_size_limit: not a size such as 10MB, 512KB or 100B'],
  ['http', 'body_size_limit: 100', '24: body_size_limit: not a size such as 10MB, 512KB or 100B'],
  ['http', 'follow_redirects: 1', '25: follow_redirects: must be true or false'],
  ['http', 'no_follow_redirects: 1', '28: no_follow_redirects: must be true or false'],
  ['http', 'enable_http2: 1', '21: enable_http2: must be true or false'],
  [
    'http',
    'enable_http3: true',
    'KEY: enable_http3: blackbox_exporter 0.28 has it, and headcount reads the format of 0.26',
  ],
  ['http', 'fail_if_ssl: 1', '20: fail_if_ssl: must be true or false'],
  ['http', 'fail_if_not_ssl: 1', '24: fail_if_not_ssl: must be true or false'],
  ['http', "fail_if_body_matches_regexp: ['(']", `37: fail_if_body_matches_regexp: ${EXPRESSION}`],
  ['http', 'fail_if_body_matches_regexp: a', `36: fail_if_body_matches_regexp: ${A_LIST}`],
  [
    'http',
    "fail_if_body_not_matches_regexp: ['(?!a)']",
    '41: fail_if_body_not_matches_regexp: lookaround and back-references are not supported: write it without them, as in /ok|ready/i',
  ],
  [
    'http',
    'fail_if_body_json_matches_cel: a',
    'KEY: fail_if_body_json_matches_cel: blackbox_exporter 0.27 has it, and headcount reads the format of 0.26',
  ],
  [
    'http',
    'fail_if_header_matches: [{regexp: a}]',
    "32: header: fail_if_header_matches needs it, as in {header: Set-Cookie, regexp: '.*'}",
  ],
  [
    'http',
    'fail_if_header_not_matches: [{header: a, regexp: ""}]',
    "48: regexp: fail_if_header_not_matches needs it, as in {header: Set-Cookie, regexp: '.*'}",
  ],
  [
    'http',
    'basic_auth: {password: a, password_file: DIR/f}',
    "33: password_file: it can't be set beside password",
  ],
  ['http', 'basic_auth: {password_ref: a}', `34: password_ref: ${NO_MANAGER}`],
  ['http', 'authorization: {type: Basic}', '29: type: for Basic, write basic_auth'],
  [
    'http',
    'authorization: {credentials: a}\n      basic_auth: {}',
    "KEY: authorization: it can't be set beside basic_auth",
  ],
  ['http', 'bearer_token: "a\\nb"', '21: bearer_token: it holds a control character'],
  ['http', 'bearer_token_file: [a]', '26: bearer_token_file: must be one value, not a list'],
  ['http', 'oauth2: {client_id: a}', '15: token_url: oauth2 needs it'],
  [
    'http',
    'oauth2: {client_id: a, token_url: login}',
    '41: token_url: not a URL such as https://login.example/oauth2/token, without name and password',
  ],
  [
    'http',
    'oauth2: {client_id: a, token_url: "http://a.example/", tls_config: {ca_file: DIR/f}}',
    `74: tls_config: ${NOT_FOR_TOKENS}`,
  ],
  [
    'http',
    'oauth2: {client_id: a, token_url: "http://a.example/", proxy_url: "http://b.example/"}',
    `73: proxy_url: ${NOT_FOR_TOKENS}`,
  ],
  ['http', 'proxy_url: 127.0.0.1:3128', '18: proxy_url: not a proxy such as http://proxy.example:3128'],
  ['http', 'no_proxy: a', 'KEY: no_proxy: it needs proxy_url beside it'],
  [
    'http',
    'proxy_from_environment: true\n      proxy_url: http://a.example',
    "KEY: proxy_from_environment: it can't be set beside proxy_url",
  ],
  [
    'http',
    'proxy_connect_header: {A: [b]}',
    'KEY: proxy_connect_header: it needs proxy_url or proxy_from_environment beside it',
  ],
  [
    'http',
    'proxy_connect_header: {"A b": [c]}\n      proxy_url: http://a.example',
    '29: proxy_connect_header: the name has a character that is not allowed in a header',
  ],
  ['http', 'skip_resolve_phase_with_proxy: 1', '38: skip_resolve_phase_with_proxy: must be true or false'],
  ['tcp', 'tls: 1', '12: tls: must be true or false'],
  [
    'tcp',
    'query_response: {send: a}',
    "23: query_response: must be a list, such as [{expect: '^220', send: QUIT}]",
  ],
  ['tcp', "query_response: [{expect: '('}]", `33: expect: ${EXPRESSION}`],
  [
    'tcp',
    'query_response: [{expect_bytes: a}]',
    '25: expect_bytes: blackbox_exporter 0.28 has it, and headcount reads the format of 0.26',
  ],
  ['tcp', 'query_response: [{labels: [{name: a}]}]', '25: labels: they need expect beside them'],
  [
    'tcp',
    'query_response: [{expect: a, labels: [{name: a-b}]}]',
    '52: name: not the name of a label such as version',
  ],
  [
    'tcp',
    'query_response: [{expect: a, labels: [{name: a}, {name: a}]}]',
    '36: labels: two of them have the same name',
  ],
  ['dns', 'transport_protocol: sctp', '27: transport_protocol: must be one of udp, tcp'],
  ['dns', 'dns_over_tls: true', 'KEY: dns_over_tls: it needs transport_protocol: tcp beside it'],
  ['dns', 'query_name: a..example', '19: query_name: not a name such as www.example.org'],
  ['dns', 'query_type: NOSUCH', '19: query_type: unknown; write a name such as A, AAAA, MX or SOA'],
  ['dns', 'query_class: XX', '20: query_class: unknown; write a name such as IN or CH'],
  ['dns', 'recursion_desired: 1', '26: recursion_desired: must be true or false'],
  ['dns', 'valid_rcodes: [OK]', '22: valid_rcodes: unknown; write a name such as NOERROR or NXDOMAIN'],
  ...(['answer', 'authority', 'additional'] as const).map((section): Bad => [
    'dns',
    `validate_${section}_rrs: {fail_if_matches_regexp: ['(']}`,
    `${section.length + 48}: fail_if_matches_regexp: ${EXPRESSION}`,
  ]),
]

function document(prober: Prober, yaml: string): string {
  const name = prober === 'dns' && !yaml.startsWith('query_name') ? '      query_name: example.org\n' : ''
  return `modules:\n  m:\n    prober: ${prober}\n    ${prober}:\n      ${yaml}\n${name}`
}

test('every key with a valid value is in the rules', (t) => {
  const directory = directoryOf(t)
  writeFileSync(join(directory, 'f'), 'secret', { mode: 0o600 })
  for (const [prober, yaml, rules] of GOOD) {
    const { served, problems, notices } = readModules(
      document(prober, yaml).replaceAll('DIR', directory),
      'blackbox.yml',
    )
    t.deepEqual([problems, notices], [[], []], yaml)
    const read = JSON.parse(JSON.stringify(served.get('m')?.rules).replaceAll(directory, 'DIR')) as object
    t.like(read, rules, yaml)
  }
})

test('every key with an invalid value is refused in its place', (t) => {
  const directory = directoryOf(t)
  writeFileSync(join(directory, 'f'), 'secret', { mode: 0o600 })
  for (const [prober, yaml, problem] of BAD) {
    const { problems } = readModules(document(prober, yaml).replaceAll('DIR', directory), 'blackbox.yml')
    const line = problem.startsWith('7: body_file') ? 6 : 5
    t.deepEqual(problems, [`blackbox.yml:${line}:${problem.replace('KEY', '7')}`], yaml)
  }
})

test('both tables have every key', (t) => {
  const files = new FileNotices()
  for (const [prober, keys] of [
    ['http', httpKeys(files)],
    ['tcp', tcpKeys(files)],
    ['dns', dnsKeys(files)],
  ] as const)
    for (const table of [GOOD, BAD])
      for (const key of Object.keys(keys))
        t.true(
          table.some(([one, yaml]) => one === prober && yaml.startsWith(`${key}:`)),
          `${prober}: ${key}`,
        )
})
