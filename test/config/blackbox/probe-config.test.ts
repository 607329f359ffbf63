import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { ProbeConfig } from '../../../src/config/blackbox/probe-config.ts'
import { readModules } from '../../../src/config/blackbox/read-modules.ts'
import { reloadModules } from '../../../src/reload/reload-modules.ts'
import { oauth2Clients } from '../../../src/settings/oauth2-clients.ts'
import type { Oauth2Client } from '../../../src/settings/oauth2-clients.ts'
import { BUILT_IN_MODULE } from '../../../src/settings/probe-module.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { haveTool } from '../../helpers/tool.ts'

const EXAMPLES = '/usr/share/doc/prometheus-blackbox-exporter/examples'

const testWithExamples = haveTool('prometheus-blackbox-exporter') ? test : test.skip

testWithExamples('the examples of blackbox_exporter can be used as they are', (t) => {
  const read = (name: string) => readModules(readFileSync(join(EXAMPLES, name), 'utf8'), name)
  const { served, problems, notices } = read('example.yml')
  t.deepEqual(problems, [])
  t.deepEqual(
    notices.map((line) => line.replaceAll(/:\d+:\d+: /g, ': ')),
    [
      'example.yml: headcount has no prober icmp and grpc, so these modules are not served: "icmp_example" (icmp)',
      'example.yml: body_file: /files/body.txt: no such file or directory; probes that need it fail',
      'example.yml: ca_file: /certs/my_cert.crt: no such file or directory; probes that need it fail',
      'example.yml: ca_file: /etc/blackbox_exporter/CA_cert.crt: no such file or directory; probes that need it fail',
      'example.yml: ca_file: /etc/blackbox_exporter/CA_cert.crt: no such file or directory; probes that need it fail',
    ],
  )
  t.is(served.size, 20)
  t.deepEqual(read('blackbox.yml').problems, [])
})

const problemsOf = (text: string) => readModules(text, 'b.yml').problems

test('what is no module is refused in its place', (t) => {
  const cases: readonly (readonly [text: string, ...problems: string[]])[] = [
    ['a: [', '1:5: flow sequence in block collection must be sufficiently indented and end with a ]'],
    ['', '1:1: the file is empty; write modules, such as `modules: {http_2xx: {prober: http}}`'],
    ['# later\n', '1:1: the file is empty; write modules, such as `modules: {http_2xx: {prober: http}}`'],
    ['[]', '1:1: the file: must be a map, such as `name: value`'],
    ['modules: []', '1:10: modules: must be a map, such as `name: value`'],
    ['module: {}', '1:1: unknown key "module": did you mean "modules"?'],
    ['modules: {m: {}}', '1:14: prober: a module needs a prober: http, tcp or dns'],
    ['modules: {m: }', '1:11: a module needs a prober: http, tcp or dns'],
    ['modules: {m: {prober: ftp}}', '1:23: prober: must be one of http, tcp, dns, icmp, grpc'],
    ['modules: {m: {prober: dns}}', '1:14: query_name: a module of prober dns needs it: the name to ask for'],
    ['modules: {m: {prober: tcp, http: {}}}', '1:28: http: it has no effect in a module of prober tcp'],
    ['modules: {m: {prober: tcp, timeout: 5}}', '1:37: timeout: not a duration: did you mean 5s?'],
    [
      'modules: {m: {prober: tcp, timeout: 0}}',
      '1:37: timeout: not a duration such as 5s, 1m30s or 500ms; the largest unit is h',
    ],
    [
      `modules: {m: {prober: http, http: {valid_status_codes: [&a "201", *a, 'x', 202]}}}`,
      '1:60: valid_status_codes: must be without quotes',
      '1:71: valid_status_codes: must be without quotes',
    ],
    [
      'modules: {m: {prober: http, http: {follow_redirects: "false", fail_if_ssl: "no"}}}',
      '1:54: follow_redirects: must be true or false, without quotes',
    ],
    [
      'modules: {m: {prober: http, http: {body_size_limit: 99999999TB}}}',
      '1:53: body_size_limit: must be below 8EB',
    ],
    [
      'modules: {m: {prober: icmp, icmp: {ttl: 5, tll: 5}}, n: {prober: grpc, grpc: {service: x}}}',
      '1:44: unknown key "tll": did you mean "ttl"?',
    ],
    ['modules: {m: {prober: tcp, timeout: 25h}}', '1:37: timeout: longer than 24h'],
    ['modules: {m: {prober: tcp}, m: {prober: tcp}}', '1:29: duplicate key'],
    [
      'modules: {m: {prober: unix, unix: {}}}',
      '1:23: prober: must be one of http, tcp, dns, icmp, grpc',
      '1:29: unix: blackbox_exporter 0.28 has it, and headcount reads the format of 0.26',
    ],
  ]
  for (const [text, ...problems] of cases)
    t.deepEqual(
      problemsOf(text),
      problems.map((problem) => `b.yml:${problem}`),
      text,
    )
  const many = Array.from({ length: 150 }, (_, n) => `  m${n}: {prober: x}\n`).join('')
  t.is(problemsOf(`modules:\n${many}`).at(-1), 'b.yml: and 50 more')
  t.is(problemsOf(`modules:\n${many.replaceAll('x', 'tcp')}`).length, 0)
  t.deepEqual(problemsOf('modules:\n'), [])
})

test('no problem quotes what may be a secret', (t) => {
  const secret = 'hunter2-hunter2'
  const text = ['password', 'credentials', 'bearer_token', 'body', 'client_secret']
    .map((key) => `  ${key}: {prober: http, http: {${key}: ["${secret}"], headers: {A: "${secret}\\n"}}}\n`)
    .join('')
  t.false(problemsOf(`modules:\n${text}`).join('').includes(secret))
})

/** A file of the test, and its modules. */
async function setUp(t: ExecutionContext, text: string) {
  const path = join(directoryOf(t), 'b.yml')
  const write = (other: string) => writeFileSync(path, other)
  write(text)
  const config = await ProbeConfig.open(path)
  return { path, write, config }
}

test('modules by their names: served, of another prober, unknown', async (t) => {
  const { config } = await setUp(
    t,
    'modules: {a: {prober: tcp, timeout: 1.5s}, b: {prober: icmp, icmp: {ttl: 5}}, c: {prober: grpc}}\n',
  )
  t.like(config.module('a'), { name: 'a', prober: 'tcp', timeoutMs: 1_500 })
  t.deepEqual([config.module('b'), config.module('c')], [{ unserved: 'icmp' }, { unserved: 'grpc' }])
  t.is(config.module('d'), null)
  t.is(config.module('__proto__'), null)
  t.deepEqual(
    config.modules().map(({ name }) => name),
    ['a'],
  )
})

test('without a file there is http_2xx', async (t) => {
  const config = await ProbeConfig.open(null)
  t.deepEqual([config.modules(), config.module('http_2xx')], [[BUILT_IN_MODULE], BUILT_IN_MODULE])
  t.deepEqual([config.problems, config.notices, await config.reload()], [[], [], []])
})

test('a file is read again as a whole, or not at all', async (t) => {
  const { path, write, config } = await setUp(t, 'modules: {a: {prober: tcp}}\n')
  let changes = 0
  config.follow(() => changes++)
  const lines: string[] = []
  const reload = () => reloadModules(config, (line) => lines.push(line.replaceAll(path, 'FILE')))
  write('modules: {a: {prober: tcp}, b: {prober: udp}, c: {prober: sctp}}\n')
  const why =
    'FILE:1:41: prober: must be one of http, tcp, dns, icmp, grpc\nFILE:1:59: prober: must be one of http, tcp, dns, icmp, grpc'
  t.deepEqual(
    (await reload()).map((line) => line.replaceAll(path, 'FILE')),
    [why],
  )
  t.deepEqual(lines.splice(0), [`${why}; the previous modules stay in use\n`])
  t.deepEqual([config.modules().length, changes], [1, 0])
  write('# cut\n')
  t.regex((await reload()).join(), /:1:1: the file is empty/)
  lines.length = 0
  t.deepEqual([config.modules().length, changes], [1, 0])
  write('modules: {b: {prober: tcp}, c: {prober: icmp}}\n')
  t.deepEqual(await reload(), [])
  t.deepEqual([config.modules().map(({ name }) => name), changes], [['b'], 1])
  t.deepEqual(lines.splice(0), [
    'FILE: headcount has no prober icmp and grpc, so these modules are not served: "c" (icmp)\n',
  ])
  t.deepEqual([await reload(), lines], [[], []])
})

test('the OAuth2 clients of modules that are gone are forgotten', async (t) => {
  const modules = (count: number, name: string) => {
    const oauth2 = `{client_id: a, client_secret: b, token_url: 'http://127.0.0.1:1/'}`
    const one = (n: number) => `  ${name}${n}: {prober: http, http: {oauth2: ${oauth2}}}\n`
    return `modules:\n${Array.from({ length: count }, (_, n) => one(n)).join('')}`
  }
  // The configuration has some, too.
  const other: Oauth2Client = { tokenUrl: '', clientId: '', secret: { text: '' }, scope: null }
  for (let n = 0; n < 990; n++) oauth2Clients.define(`other ${n}`, other)
  const { write, config } = await setUp(t, modules(10, 'a'))
  config.module('a0')
  write(modules(10, 'b'))
  t.deepEqual(await reloadModules(config, () => {}), [])
  t.is(oauth2Clients.get('module:a0'), null)
  t.is(oauth2Clients.get('module:b9')?.clientId, 'a')
  write(modules(11, 'c'))
  const [why = ''] = await reloadModules(config, () => {})
  t.regex(why, /: more than 1000 clients$/)
  t.is(config.module('c0'), null)
  t.is(oauth2Clients.get('module:b9')?.clientId, 'a')
  t.is(oauth2Clients.get('module:c0'), null)
  await t.throwsAsync(setUp(t, modules(1, 'd')), {
    message: /b\.yml: oauth2: more than 1000 clients$/,
  })
  for (let n = 0; n < 990; n++) oauth2Clients.remove(`other ${n}`)
})

test('as YAML, modules have no secrets', async (t) => {
  const { config } = await setUp(
    t,
    `modules:
  a:
    prober: http
    http:
      method: POST
      body: 'password=hunter2'
      headers: {Host: a.example, X-Api-Key: hunter2, Accept: "a b"}
      http_headers: {X-A: {values: [v], secrets: [hunter2]}, Cookie: {values: [hunter2]}}
      basic_auth: {username: me, password: hunter2}
      proxy_url: http://me:hunter2@proxy.example:3128
      proxy_connect_header: {Proxy-Authorization: [hunter2]}
      valid_status_codes: []
      fail_if_header_matches:
        - header: A
          regexp: '^$'
        - {header: B, regexp: b}
  b: {prober: tcp, tcp: {query_response: [{expect: a, send: PASS hunter2}], tls_config: {key: hunter2, cert: c}}}
`,
  )
  t.is(
    config.yaml(),
    `modules:
  a:
    prober: http
    http:
      method: POST
      body: <secret>
      headers:
        Host: a.example
        X-Api-Key: <secret>
        Accept: "a b"
      http_headers:
        X-A:
          values:
            - v
          secrets: <secret>
        Cookie: <secret>
      basic_auth:
        username: me
        password: <secret>
      proxy_url: "http://me:xxxxx@proxy.example:3128"
      proxy_connect_header: <secret>
      valid_status_codes: []
      fail_if_header_matches:
        - header: A
          regexp: "^$"
        - header: B
          regexp: b
  b:
    prober: tcp
    tcp:
      query_response:
        - expect: a
          send: <secret>
      tls_config:
        key: <secret>
        cert: c
`,
  )
  t.regex(config.yaml('b'), /^prober: tcp\ntcp:\n {2}query_response:\n/)
  t.is(config.yaml('c'), '')
  t.is((await ProbeConfig.open(null)).yaml(), 'modules:\n  http_2xx:\n    prober: http\n')
})
