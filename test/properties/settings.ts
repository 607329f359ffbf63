import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { configFlags } from '../../src/command/config-flags.ts'
import { FLAGS } from '../../src/command/flag-table.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { Auth } from '../../src/settings/auth.ts'
import type { Header } from '../../src/settings/headers.ts'
import type { JsonCheck } from '../../src/settings/json-check.ts'
import { awsIdentities } from '../../src/settings/aws-identities.ts'
import { oauth2Clients } from '../../src/settings/oauth2-clients.ts'
import type { ProxySetting } from '../../src/settings/proxy.ts'
import type { RequestData } from '../../src/settings/request-data.ts'
import { SCHEMES, unfitSetting } from '../../src/settings/schemes.ts'
import type { SchemeName } from '../../src/settings/schemes.ts'
import type { TalkStep } from '../../src/settings/talk.ts'
import { writeSettings } from '../../src/settings/shown-settings.ts'
import { orderSteps } from '../../src/settings/url-options.ts'
import type { Overrides } from '../../src/settings/url-options.ts'
import { URL_SETTINGS } from '../../src/settings/url-setting-table.ts'
import type { UrlSetting } from '../../src/settings/url-setting-table.ts'
import { parseLine } from '../../src/targets/parse-line.ts'
import { directoryOf } from '../helpers/directory.ts'
import { FIXED_PAIR } from '../helpers/fixed-pair.ts'
import { property } from '../helpers/property.ts'

// Settings are written, as a line and as a group of a configuration, parsed, printed and parsed again: all of it gives the same.

/** One setting as it is written: the key of a line, and the value before it is quoted. */
type Written = readonly [key: string, value: string]

/** What a setting can be, and how a value that was read is written. */
interface Kind {
  readonly values: Arbitrary<string>
  readonly print: (value: never) => readonly string[]
}

/** No line holds these: NUL and line breaks. */
const text = (minLength = 0, maxLength = 30) =>
  fc
    .string({ unit: 'binary', minLength, maxLength })
    .map((one) => one.replaceAll(/[\0\n\r]/g, 'x'))
    .filter((one) => one.isWellFormed() && one.length >= minLength)
const oneOf = (...choices: readonly string[]) => fc.constantFrom(...choices)
const number = (min: number, max: number) => fc.integer({ min, max }).map(String)
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: length, maxLength: length })
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}[a-z0-9]$/)
const host = fc.array(name, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'))
const port = number(1, 65_535)

const plain = (value: unknown) => [String(value)]
const milliseconds = (value: number) => [`${value}ms`]
const onOff = (value: boolean) => [value ? 'on' : 'off']

const SWITCH: Kind = {
  values: oneOf('on', 'off', 'true', 'false', 'yes', 'no', '1', '0', 'ON'),
  print: onOff,
}
/** Whole milliseconds, since fractions of them are not printed as they were. */
const DURATION: Kind = {
  values: fc.oneof(
    fc.tuple(number(1, 999), oneOf('ms', 's', 'm')).map((parts) => parts.join('')),
    fc.tuple(number(1, 480), fc.constant('h')).map((parts) => parts.join('')),
    fc.tuple(number(0, 99), number(1, 9), fc.constant('s')).map(([a, b, unit]) => `${a}.${b}${unit}`),
  ),
  print: milliseconds,
}
const THRESHOLD: Kind = { values: number(1, 1_000), print: plain }
const SIZE: Kind = {
  values: fc
    .tuple(number(1, 64), oneOf('', 'B', 'k', 'kB', 'KiB', 'M', 'MB', 'MiB'))
    .map((one) => one.join('')),
  print: plain,
}
const FINGERPRINT: Kind = {
  values: fc.oneof(
    hex(64),
    hex(64).map((one) => `SHA256:${one.replaceAll(/..(?=.)/g, '$&:')}`),
    fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((one) => `sha256//${Buffer.from(one).toString('base64')}`),
  ),
  print: (values: readonly string[]) => values,
}
const expression = fc
  .tuple(
    fc.array(oneOf('a', ' ', '\\/', '[/ ]', '\\d+', '(b|"c")', '.', "'", '\\\\', 'é', '#', '='), {
      minLength: 1,
    }),
    oneOf('', 'i', 'm', 's', 'u', 'im'),
  )
  .map(([parts, flags]) => `/${parts.join('')}/${flags}`)
const PATTERN: Kind = {
  values: fc.oneof(
    text(1).filter((one) => !one.startsWith('/')),
    expression,
  ),
  print: (values: readonly string[]) => values,
}
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6().filter((one) => !one.includes('.')),
)
/** Characters of values of headers. */
const headerValue = fc
  .string({ unit: fc.constantFrom(...' !"#$%&\'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~é\t'), maxLength: 20 })
  .map((one) => one.trim())

/** What `send` takes: text, escapes. */
const sent = fc
  .array(oneOf('a', ' ', 'é', '#', "'", '=', '\\r\\n', '\\t', '\\0', '\\x7f', '\\\\', '\\"'), {
    maxLength: 12,
  })
  .map((parts) => parts.join(''))

function printSent(bytes: string): string {
  return bytes.replaceAll(
    // oxlint-disable-next-line no-control-regex
    /[\x00-\x1f"\\\x7f-\xff]/g,
    (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}

function printProxy(setting: ProxySetting | null): readonly string[] {
  if (setting?.forHttp == null) return ['none']
  const { name: url, credentials } = setting.forHttp
  if (credentials === null) return [url]
  const [username, password] = [credentials.username, credentials.password].map(encodeURIComponent)
  return [url.replace('://', `://${username}:${password}@`)]
}

const jsonPath = fc
  .tuple(
    name.map((one) => one.replaceAll('-', '_')),
    fc.array(oneOf('.b', '[0]', '[-1]', '["a b"]', "['=']", '[*]', '[?@.x == 1]', '["\\""]'), {
      maxLength: 3,
    }),
  )
  .map(([first, rest]) => `${first}${rest.join('')}`)

/** The settings by the fields that hold them, those with names by their prefixes. */
function kindsIn(directory: string): Readonly<Record<string, Kind>> {
  const [data, login, token, cert, key] = ['data.json', 'login', 'token', 'a.pem', 'a.key'].map((file) =>
    join(directory, file),
  ) as [string, string, string, string, string]
  writeFileSync(cert, FIXED_PAIR.cert)
  writeFileSync(key, FIXED_PAIR.key, { mode: 0o600 })
  writeFileSync(data, '{}')
  writeFileSync(login, 'me:secret', { mode: 0o600 })
  writeFileSync(token, 'abc', { mode: 0o600 })
  awsIdentities.define('i', {
    accessKeyId: 'A',
    secretFile: token,
    tokenFile: null,
    region: 'r',
    service: 's',
  })
  oauth2Clients.define('c', {
    tokenUrl: 'http://a.example/',
    clientId: 'x',
    secret: { text: 'y' },
    scope: null,
  })
  return {
    interval: DURATION,
    'error-backoff': DURATION,
    'max-backoff': DURATION,
    timeout: DURATION,
    'max-time': DURATION,
    method: { values: oneOf('GET', 'POST', 'PUT', 'PROPFIND', 'm-search', "x'~"), print: plain },
    data: {
      values: fc.oneof(
        text().map((one) => one.replace(/^@/, '@@')),
        oneOf(`@${data}`),
      ),
      print: (value: RequestData) => ['file' in value ? `@${value.file}` : value.text.replace(/^@/, '@@')],
    },
    auth: {
      values: oneOf(`basic:@${login}`, `digest:@${login}`, `bearer:@${token}`, 'oauth2:c', 'aws:i'),
      print: (value: Auth) => [
        value.scheme === 'oauth2'
          ? `oauth2:${value.client}`
          : value.scheme === 'aws'
            ? `aws:${value.identity}`
            : `${value.scheme}:@${value.file}`,
      ],
    },
    'max-redirects': { values: number(0, 100), print: plain },
    header: { values: headerValue, print: () => [] },
    response: PATTERN,
    'user-agent': { values: headerValue, print: plain },
    'keep-alive': SWITCH,
    http2: SWITCH,
    accept: {
      values: fc
        .array(fc.tuple(fc.integer({ min: 100, max: 500 }), fc.integer({ min: 0, max: 499 })), {
          minLength: 1,
          maxLength: 4,
        })
        .map((ranges) =>
          ranges.map(([from, more]) => (more === 0 ? `${from}` : `${from}..=${from + more}`)).join(),
        ),
      print: (ranges: readonly (readonly [number, number])[]) => [
        ranges.map(([from, to]) => `${from}..=${to}`).join(', '),
      ],
    },
    'get-fallback': SWITCH,
    recheck: SWITCH,
    'down-after': THRESHOLD,
    'up-after': THRESHOLD,
    parent: {
      values: fc.tuple(oneOf('http', 'HTTPS'), host).map((parts) => `${parts.join('://')}/`),
      print: plain,
    },
    want: { values: oneOf('up', 'down'), print: plain },
    body: PATTERN,
    'body-not': PATTERN,
    json: {
      values: fc.oneof(
        jsonPath,
        fc.tuple(jsonPath, oneOf('=', '!='), text()).map((parts) => parts.join('')),
        fc.tuple(jsonPath, oneOf('<', '>'), oneOf('0', '-1.5', '2e9')).map((parts) => parts.join('')),
      ),
      print: (checks: readonly JsonCheck[]) => checks.map((check) => check.join('')),
    },
    'body-limit': SIZE,
    'max-size': SIZE,
    insecure: SWITCH,
    cert: { values: oneOf(cert), print: plain },
    key: { values: oneOf(key), print: plain },
    'cert-days': { values: number(0, 10_000), print: plain },
    'cert-sha256': FINGERPRINT,
    'spki-sha256': FINGERPRINT,
    'min-tls': { values: oneOf('1.2', '1.3'), print: plain },
    ipv4: SWITCH,
    ipv6: SWITCH,
    ipv: {
      values: oneOf('4', '6', 'both', 'any'),
      print: (value: unknown) => [value === 0 ? 'any' : String(value)],
    },
    'server-name': { values: fc.oneof(host, address, oneOf('Bücher.example.')), print: plain },
    resolve: {
      values: fc.array(address, { minLength: 1, maxLength: 3 }).map((all) => all.join()),
      print: (all: readonly string[]) => [
        all.map((one) => (one.includes(':') ? `[${one}]` : one)).join(', '),
      ],
    },
    source: { values: fc.oneof(address, fc.stringMatching(/^[a-z]{3}\d(\.\d)?$/)), print: plain },
    proxy: {
      values: fc.oneof(
        oneOf('none'),
        fc.tuple(host, port).map((parts) => parts.join(':')),
        fc
          .tuple(oneOf('http', 'https', 'socks5', 'SOCKS5h'), oneOf('', 'me:p%40s%20s@', 'me@'), host, port)
          .map(([scheme, user, where, at]) => `${scheme}://${user}${where}:${at}`),
      ),
      print: printProxy,
    },
    unix: { values: text(0, 20).map((one) => `/${one}`), print: plain },
    starttls: { values: oneOf('smtp', 'imap', 'pop3', 'ftp', 'postgres', 'ldap', 'xmpp'), print: plain },
    send: { values: sent, print: () => [] },
    expect: PATTERN,
  }
}

const SETTINGS: readonly UrlSetting[] = URL_SETTINGS
const flags = configFlags(FLAGS)
const nameOf = ({ named, name: key }: UrlSetting) => named?.prefix ?? key

const URLS: Readonly<Record<SchemeName, string>> = {
  http: 'http://a.example/',
  https: 'https://a.example/x?y#z',
  tcp: 'tcp://a.example:25',
  tls: 'tls://a.example:25',
  dns: 'dns://a.example/b.example?type=MX',
  ws: 'ws://a.example/',
  wss: 'wss://a.example:1/',
  grpc: 'grpc://a.example:1/b.C',
  grpcs: 'grpcs://a.example:1',
}

/** A set of settings of one URL that can stand together. */
function settingsOf(
  kinds: Readonly<Record<string, Kind>>,
): Arbitrary<readonly [SchemeName, readonly Written[]]> {
  const schemes = Object.keys(SCHEMES) as SchemeName[]
  return fc.constantFrom(...schemes).chain((scheme) => {
    const rows = SETTINGS.filter((row) => unfitSetting(scheme, nameOf(row)) === null)
    const one = fc.constantFrom(...rows).chain((row) => writtenOf(row, kinds[nameOf(row)] as Kind))
    const labels = fc.tuple(
      fc.stringMatching(/^label\.[a-zé/._-]{1,8}$/),
      text().map((value) => value.replaceAll(/[\p{Cc}\u2028\u2029]/gu, '')),
    )
    const all = fc.array(fc.oneof({ weight: 8, arbitrary: one }, labels), { maxLength: 8 })
    return fc.tuple(fc.constant(scheme), all.map(compatible))
  })
}

function writtenOf({ named, name: key, takes }: UrlSetting, { values }: Kind): Arbitrary<Written> {
  if (named === undefined || takes !== 'values') return values.map((value) => [key, value] as const)
  return fc
    .tuple(fc.stringMatching(/^x-[a-zA-Z0-9!~]{0,4}[a-zA-Z0-9~]$/), values)
    .map(([header, value]) => [`${named.prefix}.${header}`, value])
}

/** Beside most values of these, `ipv=both` is refused. */
const LEADS: ReadonlySet<string> = new Set(['proxy', 'resolve', 'source', 'unix'])

/** Leaves out what is given a second time, contradicts what stands before it, or lacks what must stand beside it. */
function compatible(all: readonly Written[]): Written[] {
  const seen = new Set<string>()
  const isPair = ['cert', 'key'].every((one) => all.some(([key]) => key === one))
  return all.filter(([key, value]) => {
    if ((key === 'cert' || key === 'key') && !isPair) return false
    if (key === 'ipv' && value === 'both' && all.some(([other]) => LEADS.has(other))) return false
    const isFamily = key.startsWith('ipv')
    const unique = isFamily
      ? 'ipv'
      : /^(send|expect)$/.test(key)
        ? null
        : isRepeatable(key)
          ? `${key}=${value}`
          : key.startsWith('label')
            ? key
            : key.toLowerCase()
    if (unique === null) return true
    if (seen.has(unique)) return false
    seen.add(unique)
    return true
  })
}

const isRepeatable = (key: string) => SETTINGS.some((row) => row.name === key && row.takes === 'values')

/** A value between quotes of one of three kinds, as far as they can hold it. */
function quoted([key, value]: Written, kind: number): string {
  const isSend = key === 'send'
  const choices = [`"${isSend ? value : value.replaceAll(/["\\]/g, String.raw`\$&`)}"`]
  if (!value.includes("'")) choices.push(`'${value}'`)
  const isBare = value === '' || /^[^\s"'#][^\s]*$/.test(value)
  // What begins as an expression is read to the slash that ends it.
  if (isBare && !value.startsWith('/')) choices.push(value)
  if (value.startsWith('/') && /^(body|body-not|expect|response\..*)$/.test(key)) choices.push(value)
  return choices[kind % choices.length] as string
}

function asLine(url: string, all: readonly Written[], kinds: readonly number[]): string {
  return [
    url,
    ...all.map(([key, value], n) => {
      const kind = kinds[n % kinds.length] as number
      if (key !== 'json' || kind < 2) return `${key}=${quoted([key, value], kind)}`
      const [, path = '', operator = '', wanted = ''] =
        /^((?:[^[\s=<>!]|\[(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\]])*\])+)(!=|[=<>]|)(.*)$/su.exec(value) ?? []
      return `json.${path}${operator}${operator === '' ? '' : quoted([key, wanted], kind)}`
    }),
  ].join('  ')
}

/** The same as a group with one URL. Values are written as in JSON, which is YAML. */
function asGroup(url: string, all: readonly Written[]): string {
  const scalars = new Map<string, string[]>()
  const maps = new Map<string, string[]>()
  const scalar = (value: string) => JSON.stringify(value.replaceAll('$', '$$$$'))
  for (const [key, value] of all) {
    const [, prefix = '', own = ''] = /^(header|response|label)\.(.*)$/s.exec(key) ?? []
    if (prefix === '') scalars.set(key, [...(scalars.get(key) ?? []), scalar(value)])
    else {
      const map = { header: 'headers', response: 'response', label: 'labels' }[prefix] as string
      maps.set(map, [...(maps.get(map) ?? []), `${JSON.stringify(own)}: ${scalar(value)}`])
    }
  }
  const entries = [
    ...[...scalars].map(
      ([key, values]) => `${key}: ${values.length === 1 ? values[0] : `[${values.join(', ')}]`}`,
    ),
    ...[...maps].map(([key, values]) => `${key}: { ${values.join(', ')} }`),
    `urls: [${JSON.stringify(url)}]`,
  ]
  return `groups:\n  - ${entries.join('\n    ')}\n`
}

/** Settings that were read, written again. */
function print(kinds: Readonly<Record<string, Kind>>, overrides: object, labels: object): Written[] {
  const fields = Object.entries(overrides) as [string, never][]
  const written = fields.flatMap(([field, value]): Written[] => {
    if (field === 'family') return [['ipv', kinds['ipv']?.print(value)[0] as string]]
    if (field === 'talk') {
      return (value as readonly TalkStep[]).map(([action, step]) => [
        action,
        action === 'send' ? printSent(step) : step,
      ])
    }
    const row = SETTINGS.find((one) => one.field === field) as UrlSetting
    const { named } = row
    if (named !== undefined)
      return (value as readonly Header[]).map(([key, own]) => [`${named.prefix}.${key}`, own])
    return (kinds[row.name] as Kind).print(value).map((one) => [row.name, one])
  })
  return [
    ...written,
    ...Object.entries(labels).map(([key, value]): Written => [`label.${key}`, String(value)]),
  ]
}

function read(line: string): {
  readonly url: string
  readonly overrides: Overrides
  readonly labels: object
} {
  const parsed = parseLine(line)
  if (parsed === null || 'problems' in parsed) throw new Error(`${line} ${JSON.stringify(parsed)}`)
  return { url: parsed.url, overrides: parsed.overrides ?? {}, labels: parsed.labels ?? {} }
}

/** What is shown of the settings that are shown in full, and these. */
function asShown(overrides: Overrides): { readonly shown: readonly string[]; readonly rest: Overrides } {
  const { headers: _headers, data: _data, auth: _auth, cert: _cert, key: _key, ...others } = overrides
  const { talk, proxy, ...inFull } = others
  const rest = {
    ...inFull,
    ...(talk === undefined || talk.some(([action]) => action === 'send') ? {} : { talk }),
    ...(proxy === undefined || proxy?.forHttp?.credentials != null ? {} : { proxy }),
  }
  return { shown: writeSettings(rest, {}), rest }
}

function same(found: unknown, expected: unknown, source: string): void {
  if (!isDeepStrictEqual(found, expected))
    throw new Error(`${source}\n${JSON.stringify(found)}\n${JSON.stringify(expected)}`)
}

/** The properties of settings. */
export const SETTING_PROPERTIES = [
  property('settings that are written, read, printed and read again are the same', 100, (t) => {
    const kinds = kindsIn(directoryOf(t))
    t.deepEqual(Object.keys(kinds).toSorted(), SETTINGS.map(nameOf).toSorted())
    const quotes = fc.array(fc.nat(5), { minLength: 1, maxLength: 5 })
    return fc.property(settingsOf(kinds), quotes, ([scheme, all], styles) => {
      const url = URLS[scheme]
      const line = asLine(url, all, styles)
      const found = read(line)
      const again = asLine(url, print(kinds, found.overrides, found.labels), styles)
      same(read(again), found, `${line}\n${again}`)
      const { shown, rest } = asShown(found.overrides)
      same(read([url, ...shown].join(' ')).overrides, rest, `${line}\n${shown.join(' ')}`)
      const group = asGroup(url, all)
      const { config, problems } = readConfig(group, 'conf.yml', flags, {})
      same(problems, [], group)
      const [target] = config.groups[1]?.targets ?? []
      const inGroup = { url: target?.url, overrides: target?.overrides ?? {}, labels: target?.labels ?? {} }
      same(inGroup, { ...found, overrides: orderSteps(found.overrides) }, `${line}\n${group}`)
    })
  }),
  property('a setting with any value is taken, or refused without showing the value', 200, () => {
    const secret = 'hunter2'
    const keys = fc.constantFrom(
      ...SETTINGS.map((row) => `${nameOf(row)}${row.named === undefined ? '' : '.x'}`),
    )
    // The name of a file is shown.
    const garbage = text(0, 60).filter((one) => !one.includes('@'))
    return fc.property(keys, garbage, fc.nat(60), (key, around, at) => {
      const value = `${around.slice(0, at)}${secret}${around.slice(at)}`
      const parsed = parseLine(`${URLS.tls} ${key}=${quoted([key, value], 0)}`)
      const problems = parsed !== null && 'problems' in parsed ? parsed.problems : []
      const shown = problems.map(({ why }) => why).join()
      if (shown.includes(secret) || /Error\b|undefined|\[object/.test(shown)) throw new Error(shown)
    })
  }),
]
