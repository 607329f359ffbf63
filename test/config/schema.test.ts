import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import test from 'ava'
import { parse } from 'yaml'
import { configFlags } from '../../src/command/config-flags.ts'
import { FLAGS } from '../../src/command/flag-table.ts'
import { RECEIVER_TYPES } from '../../src/alerts/receivers/receiver-types.ts'
import { readAlerts } from '../../src/config/alerts/read-alerts.ts'
import { configKeys } from '../../src/config/top-level.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { GROUP_KEYS } from '../../src/config/group.ts'
import { HEARTBEAT_KEYS } from '../../src/config/alerts/heartbeat.ts'
import { MAINTENANCE_KEYS } from '../../src/config/alerts/maintenance.ts'
import { RECEIVER_KEYS } from '../../src/config/alerts/receivers.ts'
import { RULE_KEYS } from '../../src/config/alerts/rules.ts'

/** Any file of one line. */
const TOKEN_FILE = fileURLToPath(new URL('../../.nvmrc', import.meta.url))

interface Shape {
  readonly properties: Readonly<Record<string, unknown>>
}

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const schema = JSON.parse(read('schema/config.schema.json')) as {
  readonly properties: {
    readonly alerts: { readonly items: Shape }
    readonly maintenance: { readonly items: Shape }
    readonly heartbeat: { readonly anyOf: readonly [unknown, Shape] }
    readonly receivers: { readonly additionalProperties: Shape }
  }
  readonly definitions: Readonly<Record<'group', Shape>>
}
const validate = new Ajv({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allErrors: true,
}).compile(schema)
const flags = configFlags(FLAGS)

/** What is wrong with a configuration: by the schema, and by the program. */
function faultsOf(text: string): [schema: string, program: string] {
  const bySchema = validate(parse(text, { merge: true })) ? '' : JSON.stringify(validate.errors)
  const { problems } = readConfig(text, 'conf.yml', flags, {}, readAlerts)
  return [bySchema, problems.map(({ position, why }) => `${position}: ${why}`).join('\n')]
}

test('every key is in the schema, and nothing else', (t) => {
  const keysOf = ({ properties }: Shape) => Object.keys(properties).filter((key) => key !== '<<')
  t.deepEqual(keysOf(schema).toSorted(), configKeys(flags).toSorted())
  t.deepEqual(keysOf(schema.definitions.group).toSorted(), [...GROUP_KEYS].toSorted())
  const { alerts, maintenance, heartbeat, receivers } = schema.properties
  t.deepEqual(keysOf(alerts.items).toSorted(), [...RULE_KEYS].toSorted())
  t.deepEqual(keysOf(maintenance.items), [...MAINTENANCE_KEYS])
  t.deepEqual(keysOf(heartbeat.anyOf[1]), [...HEARTBEAT_KEYS])
  const types = RECEIVER_TYPES.map(({ name }) => name)
  t.deepEqual(keysOf(receivers.additionalProperties), [...types, ...RECEIVER_KEYS])
})

test('the example in the docs is as the schema and the program have it', (t) => {
  const [, example] = /```yaml\n(.*?)```/s.exec(read('docs/lists.md')) ?? []
  t.deepEqual(faultsOf(example ?? '- none'), ['', ''])
  const groups = readConfig(example ?? '', 'conf.yml', flags, {}).config.groups
  t.deepEqual(
    groups.map(({ targets, files }) => [targets.length, files.length]),
    [
      [2, 1],
      [2, 0],
      [0, 1],
    ],
  )
})

test('the examples of public pages are as the schema and the program have them', (t) => {
  const examples = [...read('docs/status-pages.md').matchAll(/```yaml\n(.*?)```/gs)]
  t.is(examples.length, 2)
  for (const [, example = '- none'] of examples) t.deepEqual(faultsOf(example), ['', ''])
})

test('the examples of alerts are as the schema and the program have them', (t) => {
  const blocks = [...read('docs/alerts.md').matchAll(/```yaml\n(.*?)```/gs)]
  const examples = blocks.filter(([, example = '']) => !example.includes('\ntests:'))
  t.is(examples.length, 8)
  // The files with secrets are not there.
  const withSecrets = (example: string) =>
    example.replace(`'@mail-password'`, 'secret').replace(`'@slack-url'`, 'https://chat.example/hook')
  for (const [, example = '- none'] of examples) t.deepEqual(faultsOf(withSecrets(example)), ['', ''])
})

const DURATIONS = {
  good: ['250ms', '1.5s', '2m', '480h', '"${X:-1s}"'],
  bad: ['5', '-1s', 'soon', '[1s]', '', 'true'],
}
const TIMES = { good: DURATIONS.good, bad: [...DURATIONS.bad, '0s', '0.0h'] }
const SWITCHES = {
  good: ['true', 'false', 'on', 'off', 'yes', 'no', '1', '0', '"${X:-on}"'],
  bad: ['2', 'maybe', '{}', ''],
}
const TEXTS = { good: ['me', '1.0', '"${X:-a}"'], bad: ['[a]', '{a: b}', ''] }
const PATTERNS = {
  good: ['ready', '/a b/i', '[a, /b/]', '1', '"${X:-a}"'],
  bad: ['{a: b}', '[[a]]', ''],
}
const SIZES = { good: ['1', '64KiB', '1MiB', '2mB', '"${X:-1k}"'], bad: ['0', '1GB', '-1', '[1]', ''] }
const STORAGE = {
  good: ['100000000', '512MB', '2GB', '1GiB', '"${X:-2GB}"'],
  bad: ['0', '999999', '2 GB', '1PB', '-1', '[1]', ''],
}
const whole = (least: number, most: number) => ({
  good: [`${least}`, `${most}`, '"${X:-7}"'],
  bad: [`${least - 1}`, `${most + 1}`, '1.5', 'many', ''],
})
const HEX = 'ab'.repeat(32)
const FINGERPRINTS = {
  good: [HEX, `[${HEX}, "${'AB:'.repeat(31)}AB"]`, `sha256//${'A'.repeat(43)}=`, 'A'.repeat(43)],
  bad: ['me', HEX.slice(1), `"${'AB:'.repeat(32)}"`, '{a: b}', `[[${HEX}]]`, ''],
}
/** Values that the schema and the program take or refuse alike; what is not here is a switch. */
const VALUES: Readonly<
  Record<string, { readonly good: readonly string[]; readonly bad: readonly string[] }>
> = {
  interval: TIMES,
  timeout: TIMES,
  refresh: TIMES,
  'max-time': TIMES,
  body: PATTERNS,
  'body-not': PATTERNS,
  'body-limit': SIZES,
  json: {
    good: ['status=ok', '["status=ok", "count<3", id]', '"${X:-a}"'],
    bad: ['{a: b}', '[[a]]', '""', ''],
  },
  'max-size': SIZES,
  'status-interval': TIMES,
  duration: TIMES,
  'error-backoff': { ...DURATIONS, good: [...DURATIONS.good, '0s'] },
  'max-backoff': { ...DURATIONS, good: [...DURATIONS.good, '0s'] },
  'pool-size': whole(1, 1_024),
  concurrency: whole(1, 65_536),
  'host-concurrency': whole(1, 65_536),
  'metrics-urls': whole(0, 1_000_000),
  history: { good: ['history.db'], bad: ['[a]', ''] },
  'history-size': STORAGE,
  'max-redirects': whole(0, 100),
  send: { good: ['PING', "'PING\\r\\n'", '"a\\r\\n"', '[a, b]'], bad: [] },
  expect: { good: ['PONG', '/^2/', '[a, /b/]'], bad: [] },
  starttls: { good: ['smtp', 'postgres'], bad: ['SMTP', 'nntp', 'on'] },
  method: {
    good: ['HEAD', 'POST', 'M-SEARCH', '"${X:-GET}"'],
    bad: ['get', 'CONNECT', 'GET /', '[GET]', ''],
  },
  format: { good: ['auto', 'json', '"${X:-csv}"'], bad: ['xml', '1', ''] },
  accept: {
    good: ['200', '200..=299', '"200..=299, 401"', '[200, 300..=399]', '"${X:-200}"'],
    bad: ['99', '1000', '200-299', '[]', '[ok]', '{}', ''],
  },
  'user-agent': TEXTS,
  data: TEXTS,
  auth: { good: [`bearer:@${TOKEN_FILE}`], bad: ['me', 'basic:me:secret', 'hawk:@a', '[a]', ''] },
  'cert-days': { good: ['0', '14', '"${X:-14}"'], bad: ['-1', '1.5', 'soon', '[14]', ''] },
  'cert-sha256': FINGERPRINTS,
  'spki-sha256': FINGERPRINTS,
  'down-after': whole(1, 1_000),
  'up-after': whole(1, 1_000),
  parent: {
    good: ['http://a.example/', '"${X:-http://a.example/}"'],
    bad: ['[http://a.example/]', '{a: b}', ''],
  },
  want: { good: ['up', 'down', '"${X:-down}"'], bad: ['Down', 'unknown', 'off', '[up]', ''] },
  'min-tls': { good: ['1.2', '"1.3"', '"${X:-1.3}"'], bad: ['1.1', 'TLSv1.2', '[1.2]', ''] },
  resolver: {
    good: [
      '192.0.2.1',
      '192.0.2.1:53',
      '"[2001:db8::1]:53"',
      '"${X:-192.0.2.1}"',
      '[192.0.2.1, 192.0.2.2:53]',
    ],
    bad: ['dns.example', '[x]', '{a: b}', ''],
  },
  resolve: {
    good: ['192.0.2.1', '"192.0.2.1, [2001:db8::1]"', '[192.0.2.1, "::1"]', '"${X:-192.0.2.1}"'],
    bad: ['a.example', '[]', '[x]', '{a: b}', ''],
  },
  'server-name': { good: ['www.example.com', '"${X:-a.example}"'], bad: ['a/b', 'a b', '[a]', ''] },
  proxy: {
    good: ['http://a:3128', 'a.example:3128', 'socks5h://me:secret@a', 'none', 'env', '"${X:-none}"'],
    bad: ['ftp://a', 'socks4://a', '[http://a]', ''],
  },
  ipv: { good: ['4', '6', 'both', '"6"', '"${X:-any}"'], bad: ['5', 'all', '[4]', ''] },
  source: { good: ['192.0.2.1', 'eth0', '"${X:-eth0}"'], bad: ['a/b', 'a b', '[a]', ''] },
  unix: { good: ['/run/app.sock', '"${X:-/run/a}"'], bad: ['app.sock', '[/run/a]', ''] },
  canary: {
    good: ['http://a.example/', '[http://a.example/, https://b.example/]', '[]'],
    bad: ['{a: b}', '[[http://a.example/]]', ''],
  },
  cluster: {
    good: ['redis://192.0.2.1', 'rediss://u:p@a.example:1'],
    bad: ['http://a.example', '[redis://a]'],
  },
  'cluster-name': { good: ['headcount', 'a-1.b_c'], bad: ['a b', "'{a}'", '[a]'] },
  node: { good: ['web-1'], bad: ['a b', '[a]'] },
  zone: { good: ['eu-1'], bad: ['a b', '[a]'] },
  'cluster-auth': { good: ['a.txt'], bad: ['[a]', '{a: b}', ''] },
  'cluster-cacert': { good: ['a.pem'], bad: ['[a]', '{a: b}', ''] },
  'cluster-cert': { good: ['a.pem'], bad: ['[a]', '{a: b}', ''] },
  'cluster-key': { good: ['a.pem'], bad: ['[a]', '{a: b}', ''] },
  cacert: { good: ['a.pem'], bad: ['[a]', '{a: b}', ''] },
  cert: { good: ['a.pem'], bad: ['[a]', ''] },
  key: { good: ['a.pem'], bad: ['[a]', ''] },
  listen: {
    good: ['9115', '"9115"', '0.0.0.0:9115', 'localhost:0', '"[::1]:9115"', '"${X:-9115}"'],
    bad: ['-1', '65536', '":9115"', 'a.example:9115', '[9115]', ''],
  },
  'probe-config': { good: ['blackbox.yml'], bad: ['[a]', ''] },
  'web-config': { good: ['web.yml'], bad: ['[a]', ''] },
  'web-prefix': { good: ['/', '/headcount', '/a/b/'], bad: ['headcount', '/a b', '[/a]', ''] },
  'external-url': { good: ['https://a.example/hc'], bad: ['a.example', 'https://a.example/?x', '[a]', ''] },
  otlp: { good: ['http://127.0.0.1:4318', 'env'], bad: ['[env]', ''] },
  output: { good: ['out.json', '[a.json, "b:csv", "-:json"]'], bad: ['{a: b}', '[[a]]', ''] },
  retries: { good: ['0', '3', '"${X:-2}"'], bad: ['-1', '101', 'many', '[1]', ''] },
  'retry-delay': { good: ['0s', '250ms', '"${X:-1s}"'], bad: ['1', 'soon', '[1s]', ''] },
  'max-down': { good: ['0', '12', '5%', '"2.5%"', '"${X:-1%}"'], bad: ['-1', '5.5', '5 %', '[1]', ''] },
  headers: {
    good: ['{X-Key: a}', '{A: 1, B: true}', '{}'],
    bad: ['[a]', '{A B: c}', '{A: [b]}', '{A: }', ''],
  },
  response: {
    good: ['{content-type: json}', '{A: /b c/i, B: 1}', '{}'],
    bad: ['[a]', '{A B: c}', '{A: [b]}', '{A: }', ''],
  },
  public: {
    good: [
      '[]',
      '[{name: a, match: {p: 1}}]',
      '[{name: a, match: {p: 1}, title: b, group: c, title-label: d, titles: {"https://a.example/": e}, show-urls: on, days: 7}]',
      '[{name: a, match: {p: 1}, colours: {up: "#080", accent: {light: "#000", dark: "#fff"}}, without-login: yes}]',
      '[{name: a, match: {p: 1}, announcements: [{text: b, severity: info, from: 2026-11-26, to: 2026-11-27 10:00Z}]}]',
    ],
    bad: [
      '{}',
      '[a]',
      '[{name: a}]',
      '[{match: {p: 1}}]',
      '[{name: a, match: {}}]',
      '[{name: a/b, match: {p: 1}}]',
      '[{name: a, match: {p: 1}, key: b}]',
      '[{name: a, match: {p: 1}, days: 366}]',
      '[{name: a, match: {p: 1}, show-urls: maybe}]',
      '[{name: a, match: {p: 1}, colours: {up: green}}]',
      '[{name: a, match: {p: 1}, colours: {up: {light: "#080"}}}]',
      '[{name: a, match: {p: 1}, announcements: [{severity: info}]}]',
      '[{name: a, match: {p: 1}, announcements: [{text: b, severity: bad}]}]',
      '[{name: a, match: {p: 1}, announcements: [{text: b, from: soon}]}]',
      '',
    ],
  },
  receivers: {
    good: [
      '{}',
      '{a: {webhook: "https://a.example/${X:-b}"}, b: {webhook: {url: "https://a.example/", headers: {A: b}}, fallback: a, fallback-after: 2m, per-minute: 5}}',
    ],
    bad: [
      '[a]',
      '{a: b}',
      '{a: {}}',
      '{a: {fallback: a}}',
      '{"a b": {webhook: "https://a.example/"}}',
      '{a: {webhook: {}}}',
      '{a: {webhook: {url: "https://a.example/", key: b}}}',
      '{a: {webhook: "https://a.example/", per-minute: 0}}',
      '{a: {webhook: "https://a.example/", fallback-after: []}}',
      '{a: {webhook: "https://a.example/", key: b}}',
      '',
    ],
  },
  alerts: {
    good: ['[]'],
    bad: [
      '{}',
      '[a]',
      '[{}]',
      '[{to: []}]',
      '[{down: true}]',
      '[{to: a, down: 3}]',
      '[{to: a, down: {}}]',
      '[{to: a, down: {after: 0}}]',
      '[{to: a, down: {after: soon}}]',
      '[{to: a, unknown: on}]',
      '[{to: a, slow: {over: 1s}}]',
      '[{to: a, certificate: 14}]',
      '[{to: a, uptime: {below: 99.9, over: 30d}}]',
      '[{to: a, uptime: {below: 101%, over: 30d}}]',
      '[{to: a, uptime: {below: 0.0%, over: 30d}}]',
      '[{to: a, flapping: {changes: 0, within: 1h}}]',
      '[{to: a, group: {by: b}}]',
      '[{to: a, group: {by: b, down: some}}]',
      '[{to: a, changed: on, severity: bad}]',
      '[{to: a, changed: on, group-wait: 1w}]',
      '[{to: a, changed: on, match: [a]}]',
      '[{to: a, changed: on, match: {b: []}}]',
      '[{to: a, changed: on, match: {b: ["!c"]}}]',
      '[{to: a, changed: on, escalate: [{after: 1m}]}]',
      '[{to: a, changed: on, inhibited-by: [{rule: b}]}]',
      '[{to: a, changed: on, name: " "}]',
      '[{to: a, changed: on, key: b}]',
      '',
    ],
  },
  maintenance: {
    good: [
      '[]',
      '[{cron: "0 3 * * SUN", for: 2h}]',
      '[{name: a, match: {b: c}, cron: "0 3 1 * *", for: 1d, timezone: Europe/Berlin}]',
      '[{from: 2026-11-26, to: 2026-11-27 10:00Z}]',
    ],
    bad: [
      '{}',
      '[a]',
      '[{}]',
      '[{cron: "0 3 * * SUN"}]',
      '[{from: 2026-11-26}]',
      '[{from: 2026-11-26, to: soon}]',
      '[{cron: "0 3 * * SUN", for: 2h, to: 2026-11-26}]',
      '[{from: 2026-11-26, to: 2026-11-27, timezone: UTC}]',
      '[{cron: 0 3 * *, for: 2h}]',
      '[{cron: "0 3 * * SUN", for: 2h, timezone: "+01:00"}]',
      '[{cron: "0 3 * * SUN", for: 2}]',
      '[{cron: "0 3 * * SUN", for: 2h, key: b}]',
      '',
    ],
  },
  heartbeat: {
    good: ['https://a.example/', '{url: "https://a.example/${X:-b}", interval: 30s}'],
    bad: [
      'a',
      '[https://a.example/]',
      '{}',
      '{url: "https://a.example/", interval: 1w}',
      '{url: "https://a.example/", key: b}',
      '',
    ],
  },
  'alert-state': { good: ['alerts.db'], bad: ['[a]', ''] },
  oauth2: {
    good: ['{}', '{a: {token-url: "https://a.example/", client-id: b, client-secret: "${X:-c}", scope: d}}'],
    bad: [
      '[a]',
      '{a: b}',
      '{a: {}}',
      '{a: {token-url: "https://a.example/", client-id: b}}',
      '{a: {token-url: "tcp://a.example:1/", client-id: b, client-secret: "${X:-c}"}}',
      '{a: {token-url: "https://a.example/", client-id: b, client-secret: secret}}',
      '{a: {token-url: "https://a.example/", client-id: b, client-secret: "${X:-c}", key: d}}',
      '{"a b": {token-url: "https://a.example/", client-id: b, client-secret: "${X:-c}"}}',
      '',
    ],
  },
  aws: {
    good: [
      '{}',
      `{a: {access-key-id: AKID, secret-access-key: "@${TOKEN_FILE}", session-token: "@${TOKEN_FILE}", region: eu-1, service: s3}}`,
    ],
    bad: [
      '[a]',
      `{a: {access-key-id: AKID, secret-access-key: "@${TOKEN_FILE}", region: eu-1}}`,
      '{a: {access-key-id: AKID, secret-access-key: secret, region: eu-1, service: s3}}',
      `{a: {access-key-id: A K, secret-access-key: "@${TOKEN_FILE}", region: eu-1, service: s3}}`,
      `{a: {access-key-id: AKID, secret-access-key: "@${TOKEN_FILE}", region: EU, service: s3}}`,
      '{"a b": {}}',
      '',
    ],
  },
  urls: {
    good: ['http://a.example/', '[]', '[http://a.example/ interval=1s]'],
    bad: ['[[http://a.example/]]', '{a: b}', '[1]', ''],
  },
  files: {
    good: [
      'a.txt',
      '[a.txt, b.txt]',
      '[]',
      '{url: "http://a.example/"}',
      '[a.txt, {url: "HTTPS://a.example/", headers: {A: b}, cacert: a.pem, timeout: 1s, refresh: 1m}]',
      '[{url: "https://a.example/", auth: "me:secret", cert: a.pem, key: b.pem}]',
      '[{url: "https://${X:-a}/", auth: "${X:-a:b}"}]',
    ],
    bad: [
      '"-"',
      '[""]',
      '{a: b}',
      '{}',
      '{auth: "a:b"}',
      '{url: a.txt}',
      '{url: [a]}',
      '{url: "http://a.example/", auth: me}',
      '{url: "http://a.example/", timeout: 0s}',
      '{url: "http://a.example/", refresh: soon}',
      '{url: "http://a.example/", headers: [a]}',
      '{url: "http://a.example/", cert: a.pem}',
      '{url: "http://a.example/", key: a.pem}',
      '{url: "http://a.example/", cacert: }',
      '{url: "http://a.example/", insecure: on}',
      '',
    ],
  },
  groups: {
    good: [
      '[]',
      '[{urls: http://a.example/, labels: {a: b, c: 1}, interval: 1s}]',
      '[{files: [a.txt], headers: {A: b}}]',
    ],
    bad: [
      '{}',
      '[{}]',
      '[a]',
      '[{interval: 1s}]',
      '[{urls: [], pool-size: 1}]',
      '[{urls: [], labels: [a]}]',
      '[{urls: [], labels: {a: [b]}}]',
      '[{urls: [], headers: {A B: c}}]',
      '[{urls: [], interval: 0s}]',
      '',
    ],
  },
}

for (const key of configKeys(flags)) {
  test(`the schema knows the values of ${key}`, (t) => {
    const { good, bad } = VALUES[key] ?? SWITCHES
    for (const value of good) t.deepEqual(faultsOf(`${key}: ${value}`), ['', ''], value)
    for (const value of bad) {
      const [bySchema, byProgram] = faultsOf(`${key}: ${value}`)
      t.not(bySchema, '', `${value} by the schema`)
      t.not(byProgram, '', `${value} by the program`)
    }
  })
}

test('other keys are refused, and x- is free', (t) => {
  for (const text of ['intervall: 1s', 'poolSize: 1', 'config: a', 'file: a', 'header: {}', 'labels: {}']) {
    const [bySchema, byProgram] = faultsOf(text)
    t.not(bySchema, '', text)
    t.not(byProgram, '', text)
  }
  t.deepEqual(faultsOf('x-any: [1, {a: b}]\nx-: {}'), ['', ''])
})
