import test from 'ava'
import type { ExecutionContext } from 'ava'
import { configFlags } from '../../src/command/config-flags.ts'
import { readCommand } from '../../src/command/command.ts'
import { FLAGS } from '../../src/command/flag-table.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { URL_SETTINGS } from '../../src/settings/url-setting-table.ts'
import type { UrlSetting } from '../../src/settings/url-setting-table.ts'
import { parseLine } from '../../src/targets/parse-line.ts'

// Every setting has values that are wrong. Each is refused in all places where it can be given, with the place and what would be right.

const SWITCH = [['maybe', 'must be on or off']] as const
const DURATION = [
  ['soon', 'not a duration, such as 250ms, 1.5s, 2m or 1h'],
  ['-1s', 'not a duration, such as 250ms, 1.5s, 2m or 1h'],
  ['10', 'not a duration: did you mean 10s?'],
  ['481h', 'longer than 480h'],
] as const
const TIME = [...DURATION, ['0s', 'too short: at least 1ms']] as const
const THRESHOLD = [
  ['0', 'not a whole number from 1 to 1000'],
  ['1.5', 'not a whole number from 1 to 1000'],
  ['1e2', 'not a whole number from 1 to 1000'],
] as const
const RE2 = 'not a valid regular expression in the syntax of RE2, such as /"status": *"(ok|ready)"/i'
const PATTERN = [
  ['/(/', RE2],
  ['/[z-a]/', RE2],
  ['/*/', RE2],
  [String.raw`/\p{Nothing}/`, RE2],
  ['/(?=x)/', 'lookaround and back-references are not supported: write it without them, as in /ok|ready/i'],
  ['/x/g', 'after the closing slash only the flags i, m, s and u can follow, as in /ok|ready/i'],
  [
    '/x',
    String.raw`what begins with a slash is a regular expression, and this one has no closing slash: /ok|ready/i, or /\/ok/ for the text`,
  ],
  [`/${'x'.repeat(1_001)}/`, 'the regular expression is longer than 1000 characters'],
] as const
const SIZE = [
  ['large', 'not a size, such as 64KiB, 1MiB or 5000'],
  ['0', 'not a size from 1 byte to 64MiB'],
  ['65MiB', 'not a size from 1 byte to 64MiB'],
] as const
const FINGERPRINT = [
  [
    'abc',
    'not a SHA-256 fingerprint: 64 hex digits, or base64 such as sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
  ],
] as const
const HEADER_VALUE = [['a\u0007b', 'the value has a character that is not allowed in a header']] as const
const JSON_PATH = 'not a JSONPath (RFC 9535), such as status, items[0].id or $["a b"]'

/** Wrong values of each setting by its key, and why they are refused. */
const BAD: Readonly<Record<string, readonly (readonly [value: string, why: string])[]>> = {
  interval: TIME,
  'error-backoff': DURATION,
  'max-backoff': DURATION,
  timeout: TIME,
  method: [
    ['a b', 'not a method such as GET or POST'],
    ['get', 'methods are written in capitals: did you mean GET?'],
    ['CONNECT', 'CONNECT is for proxies; use another method, such as GET'],
  ],
  data: [
    ['@', 'the name of the file is missing, as in @body.json'],
    ['@/no/such/file', '/no/such/file: no such file or directory'],
    ['@/', '/: it is not a regular file'],
    ['x'.repeat(65_537), 'longer than 65536 characters: put it into a file'],
  ],
  auth: [
    [
      'me:secret',
      'write basic:@FILE or digest:@FILE with name:password in the file, bearer:@FILE with a token, oauth2:NAME or aws:NAME',
    ],
    ['basic:me', 'a secret belongs in a file: write basic:@FILE'],
    ['bearer:@/no/such/file', '/no/such/file: no such file or directory'],
  ],
  'max-redirects': [['101', 'not a whole number from 0 to 100']],
  'header.x': HEADER_VALUE,
  'user-agent': HEADER_VALUE,
  'keep-alive': SWITCH,
  http2: SWITCH,
  accept: [
    ['ok', 'not a status or a range such as 200..=299 or 2xx'],
    ['200,', 'item 2: not a status or a range such as 200..=299 or 2xx'],
    ['300..=200', 'not a valid range of statuses'],
  ],
  'get-fallback': SWITCH,
  recheck: SWITCH,
  'down-after': THRESHOLD,
  'up-after': THRESHOLD,
  parent: [
    ['a.example', 'not a valid URL: a URL begins with https:// or http://'],
    ['http://', 'not a valid URL: it has no host'],
    [
      'ftp://a.example/',
      'not a valid URL: only http, https, tcp, tls, dns, ws, wss, grpc and grpcs are polled',
    ],
  ],
  want: [
    ['maybe', 'must be one of up, down'],
    ['dwn', 'must be one of up, down: was down meant?'],
  ],
  'max-time': TIME,
  'response.x': PATTERN,
  body: PATTERN,
  'body-not': PATTERN,
  json: [
    ['a[=1', JSON_PATH],
    ['a..b..c', 'only one .. can stand in a path'],
    ['a b', 'after the path, only =, !=, < or > and a value can follow, as in status=ok'],
    ['=1', 'the path is missing: status=ok'],
    ['a>b', '< and > compare with a number, as in count>3'],
    ['$[?@.a == $.b]', 'a filter can look at @, but not at the whole document, $'],
    ['a'.repeat(501), 'the path is longer than 500 characters'],
  ],
  'body-limit': SIZE,
  'max-size': SIZE,
  insecure: SWITCH,
  cert: [['', 'the name is empty']],
  key: [['', 'the name is empty']],
  'cert-days': [['-1', 'not a whole number from 0 to 10000']],
  'cert-sha256': FINGERPRINT,
  'spki-sha256': FINGERPRINT,
  'min-tls': [['1.1', 'must be one of 1.2, 1.3']],
  ipv4: SWITCH,
  ipv6: SWITCH,
  ipv: [['5', 'must be one of 4, 6, both, any']],
  'server-name': [['https://a.example', 'not a host name such as www.example.com']],
  resolve: [
    ['a.example', 'not an IP address such as 192.0.2.1, or several with commas between them'],
    ['192.0.2.1,', 'not an IP address such as 192.0.2.1, or several with commas between them'],
  ],
  source: [['192.0.2', 'not a local IP address or the name of a network interface such as eth0']],
  proxy: [
    [
      'ftp://me:secret@a.example',
      'not a proxy such as http://proxy.example:3128 or socks5h://name:password@proxy.example:1080',
    ],
    ['http://me:%@a.example', 'the name or password has a % that is not an escape: write %25'],
  ],
  unix: [
    ['app.sock', 'not an absolute path such as /run/app.sock'],
    [`/${'x'.repeat(107)}`, 'longer than 107 bytes, the limit of the system'],
  ],
  starttls: [['http', 'must be one of smtp, imap, pop3, ftp, postgres, ldap, xmpp']],
  send: [
    [
      'QUIT\\q',
      String.raw`after a backslash only r, n, t, 0, ", \ or x with two digits can follow, as in PING\r\n`,
    ],
    ['x'.repeat(4_097), 'the text is longer than 4096 bytes'],
  ],
  expect: [...PATTERN, ['', 'the text is empty: write what the answer must contain, as in /^220 /']],
}

/** What engines, libraries and the system say themselves. */
const FOREIGN =
  /Error\b|undefined|\[object|Unexpected|Invalid|invalid (?:token|repeat|character class|nested)|\bE[A-Z]{4,}\b|\n/

const SETTINGS: readonly UrlSetting[] = URL_SETTINGS
const KEYS = SETTINGS.map(({ name, named }) => (named === undefined ? name : `${named.prefix}.x`))
const flags = configFlags(FLAGS)

/** A URL that can have the setting. */
const urlFor = (key: string) =>
  ['starttls', 'send', 'expect'].includes(key) ? 'tls://a.example:1' : 'https://a.example/'

test('the table has every setting', (t) => t.deepEqual(Object.keys(BAD).toSorted(), KEYS.toSorted()))

for (const [n, key] of KEYS.entries()) {
  const row = SETTINGS[n] as UrlSetting
  test(`wrong values of ${key} are refused on a line, in a configuration and as a flag`, async (t) => {
    for (const [value, why] of BAD[key] ?? []) {
      const shown = value.slice(0, 40)
      t.notRegex(why, FOREIGN, shown)
      onLine(t, key, value, why, row.type.keepsEscapes === true)
      inConfiguration(t, row, key, value, why)
      const argv = [`--${row.name}`, row.named === undefined ? value : `x: ${value}`, 'https://a.example/']
      const noFlag = row.takes === 'switch' || row.field === 'parent'
      if (noFlag) continue
      const said = await readCommand(argv, {})
      if (said.type !== 'print') return t.fail(`--${row.name} ${shown} is taken`)
      t.is(said.ok, false)
      t.true(said.text.startsWith(`error: --${row.name}: `), said.text)
      t.true(said.text.includes(why), said.text)
      t.false(said.text.includes('secret@'), said.text)
    }
  })
}

function onLine(t: ExecutionContext, key: string, value: string, why: string, keepsEscapes: boolean) {
  const text = keepsEscapes ? value : value.replaceAll(/["\\]/g, String.raw`\$&`)
  const before = `${urlFor(key)} label.a=b ${key}=`
  const problems = [{ at: before.length, why: `${key}: ${why}` }]
  t.deepEqual(parseLine(`${before}"${text}" label.c=d`), { problems })
}

function inConfiguration(
  t: ExecutionContext,
  { named, name, type }: UrlSetting,
  key: string,
  value: string,
  why: string,
) {
  const quoted = JSON.stringify(value)
  const [text, position] =
    named === undefined
      ? [`groups:\n  - ${name}: ${quoted}\n    urls: [${urlFor(key)}]\n`, `conf.yml:2:${name.length + 7}`]
      : [`groups:\n  - ${named.mapKey}:\n      x: ${quoted}\n    urls: [${urlFor(key)}]\n`, 'conf.yml:3:10']
  const { problems } = readConfig(text, 'conf.yml', flags, {})
  t.deepEqual(problems, [{ position, why: `${key}: ${why}` }], type.text)
  const top = named === undefined ? `${name}: ${quoted}\n` : `${named.mapKey}:\n  x: ${quoted}\n`
  const [problem, ...others] = readConfig(top, 'conf.yml', flags, {}).problems
  t.deepEqual(others, [])
  t.is(problem?.position, named === undefined ? `conf.yml:1:${name.length + 3}` : 'conf.yml:2:6')
  t.true(problem?.why.includes(why), problem?.why)
}
