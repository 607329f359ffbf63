import test from 'ava'
import { checkAuthority, checkHost } from '../../src/settings/host.ts'
import { isPlainUrl } from '../../src/settings/plain-url.ts'
import { seeded } from '../helpers/random.ts'

/** Whether a parser leaves a URL as it is, and the DNS can have its host. */
function isUnchanged(text: string): boolean {
  const parsed = URL.parse(text)
  const [, authority = ''] = /^https?:\/\/([^/?#\\]*)/.exec(text) ?? []
  return parsed?.href === text && checkHost(parsed.hostname) === null && checkAuthority(authority) === null
}

for (const text of [
  'http://a.example/',
  'https://a.example/health',
  'https://a.example:8443/a/b.html',
  'http://127.0.0.1:37043/0',
  'http://localhost:1/',
  "https://a-b.c1.example/~a/b_c;d=1,2(3)!*'$&+@:x/",
  'https://1.2.3.4.example//',
  'http://a.example:59999/',
])
  test(`as a parser writes it: ${text}`, (t) => {
    t.true(isPlainUrl(text))
    t.true(isUnchanged(text))
  })

for (const text of [
  'http://a.example',
  'HTTP://a.example/',
  'http://A.example/',
  'http://a.example:80/',
  'https://a.example:443/',
  'http://a.example:08/',
  'http://a.example:65536/',
  'http://a.example/../b',
  'http://a.example/./b',
  'http://a.example/a/..',
  'http://a.example/%2e%2E/b',
  'http://a.example/a b',
  'http://a.example/ü',
  'http://user@a.example/',
  'http://1.2.3/',
  'http://1.2.3.04/',
  'http://1.2.3.256/',
  'http://1.2.3.4.5/',
  'http://a.1/',
  'http://a.0x1/',
  'http://xn--a/',
  'http://-a.example/',
  'http://a..example/',
  `http://${'a'.repeat(64)}.example/`,
  `http://${'a.'.repeat(130)}example/`,
  'http://a.example/#b',
  'http://a.example/?b',
  'ftp://a.example/',
  'http:///',
  'http://a.example/\n',
])
  test(`not, or not to be seen at once: ${JSON.stringify(text)}`, (t) => t.false(isPlainUrl(text)))

test('of 100,000 generated URLs, each that is found plain is one that a parser leaves as it is', (t) => {
  const { below } = seeded(20_261_128)
  const pick = (from: readonly string[]) => from[below(from.length)] as string
  const some = (from: readonly string[], most: number) =>
    Array.from({ length: below(most + 1) }, () => pick(from)).join('')
  const NAMES = [
    'a',
    'b1',
    '1',
    '0',
    '255',
    '256',
    '08',
    '0x1',
    'xn--',
    'xn--a',
    '-',
    'a-b',
    'A',
    '_',
    'ü',
    'example',
    'com',
    '',
  ]
  const PORTS = ['', ':', ':80', ':443', ':8080', ':0', ':59999', ':60000', ':65536', ':01', ':x']
  const PARTS = [
    '/',
    '/',
    'a',
    'B',
    '1',
    '.',
    '..',
    '%',
    '%2e',
    '~',
    '-',
    '_',
    '@',
    ':',
    ';',
    ',',
    '=',
    '(',
    "'",
    '"',
    '^',
    '|',
    '\\',
    ' ',
    '?',
    '#',
    '\t',
    'é',
    '{',
    '<',
    '`',
    '[',
    '!',
    '$',
    '*',
    '+',
    '&',
  ]
  let plain = 0
  for (let n = 0; n < 100_000; n++) {
    const host = Array.from({ length: 1 + below(5) }, () => pick(NAMES)).join('.')
    const text = `${pick(['http', 'https', 'http', 'HTTP', 'ws'])}://${host}${pick(PORTS)}/${some(PARTS, below(8))}`
    if (!isPlainUrl(text)) continue
    plain++
    if (!isUnchanged(text)) t.fail(text)
  }
  t.true(plain > 1_000, String(plain))
})
