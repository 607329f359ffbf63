import test from 'ava'
import { refererOf } from '../../../src/web/probe/http-place.ts'
import { requestOf } from '../../../src/web/probe/http-request.ts'
import { Cookies } from '../../../src/web/probe/cookies.ts'
import { distinguishedName, dnsNames } from '../../../src/web/probe/certificate-names.ts'
import { contentLength } from '../../../src/web/probe/http-values.ts'
import { goFloat } from '../../../src/web/probe/go-float.ts'
import { parseHttpTarget } from '../../../src/web/probe/http-target.ts'
import { ipHash } from '../../../src/web/probe/ip-hash.ts'
import { LogLines } from '../../../src/web/probe/probe-log.ts'

const ANSWER = { status: 200, statusText: '', location: null, retryAfter: null, body: null }

// What Go prints was taken from Go 1.24 and blackbox_exporter 0.26.

test('numbers are written as Go writes them', (t) => {
  const numbers = [
    0, 335, 999_999, 1e6, 1_234_567, 123_456.7, 3_668_918_509, 1e-4, 1e-5, 5.0645e-5, -62_135_596_800,
  ]
  t.deepEqual(numbers.map(goFloat), [
    '0',
    '335',
    '999999',
    '1e+06',
    '1.234567e+06',
    '123456.7',
    '3.668918509e+09',
    '0.0001',
    '1e-05',
    '5.0645e-05',
    '-6.21355968e+10',
  ])
  t.deepEqual([Number.NaN, Infinity, -Infinity].map(goFloat), ['NaN', '+Inf', '-Inf'])
})

test('the hash of an address is that of its bytes', (t) => {
  t.is(ipHash('127.0.0.1'), 3_668_918_509)
  t.is(ipHash('::ffff:127.0.0.1'), 3_668_918_509)
  t.is(ipHash('::1'), 1_751_717_746)
})

test('names in certificates are in the order and with the escapes of Go', (t) => {
  t.is(
    distinguishedName('C=DE\nO=Acme\\, Inc\nOU=one\nOU=two\nCN=a.example\nemailAddress=a@b.example'),
    'CN=a.example,OU=one+OU=two,O=Acme\\, Inc,C=DE,1.2.840.113549.1.9.1=#0c0b6140622e6578616d706c65',
  )
  t.is(
    distinguishedName('C=DE\nST=Bayern\nL=Ulm\nstreet=s\npostalCode=1\nO=Acme\nOU=one\nCN=a\nserialNumber=9'),
    'SERIALNUMBER=9,CN=a,OU=one,O=Acme,POSTALCODE=1,STREET=s,L=Ulm,ST=Bayern,C=DE',
  )
  t.is(distinguishedName(undefined), '')
  t.is(
    dnsNames({ subjectAltName: 'DNS:a.example, IP Address:127.0.0.1, DNS:*.b.example' }),
    'a.example,*.b.example',
  )
  t.is(dnsNames({ subjectAltName: undefined }), '')
})

test('the length of a body is a number, or not known', (t) => {
  const length = (httpVersion: string, ...values: string[]) => {
    const fields = values.map((value) => ['content-length', value] as const)
    return contentLength({ ...ANSWER, httpVersion, fields }, 'GET')
  }
  t.deepEqual([length('1.1', '5'), length('1.1', '5', '5'), length('1.1')], [5, 5, -1])
  const odd = [['5'], ['x'], ['+5'], [''], ['5', '5'], []]
  t.deepEqual(
    odd.map((values) => length('2', ...values)),
    [5, -1, -1, -1, -1, -1],
  )
})

test('targets are read as Go reads URLs', (t) => {
  const read = (target: string) => {
    const parsed = parseHttpTarget(target)
    return typeof parsed === 'string' ? parsed : [parsed.url.href, parsed.host]
  }
  t.deepEqual(read('a.example:8080/x#y'), ['http://a.example:8080/x', 'a.example:8080'])
  t.deepEqual(read('https://u:p@[::1]/'), ['https://u:p@[::1]/', '[::1]'])
  t.deepEqual(read('file:///etc/passwd'), ['http://file///etc/passwd', 'file:'])
  t.is(read('a\tb'), 'invalid control character in URL')
  t.is(read('a b/'), 'invalid character in host name')
  t.is(read('a/%zz'), 'invalid URL escape')
  t.is(read('a:99999'), 'not a valid host or port')
})

/** The header for a request to the second URL, after the first one has set this cookie. */
function cookieAfter(cookie: string, from: string, to: string): string | null {
  const cookies = new Cookies(null)
  cookies.take(new URL(from), [['set-cookie', cookie]])
  return cookies.header(new URL(to), true)
}

for (const [cookie, from, to, sent] of [
  ['a=b; Secure', 'https://127.0.0.1/', 'https://127.0.0.1/', 'a=b'],
  ['a=b; Secure', 'https://127.0.0.1/', 'http://127.0.0.1/', null],
  ['a=b; Secure', 'http://localhost/', 'http://localhost/', null],
  ['a=b; Secure', 'http://h.example/', 'https://h.example/', 'a=b'],
  ['a=b; Path=/other', 'http://h.example/', 'http://h.example/', null],
  ['a=b; Path=/other', 'http://h.example/', 'http://h.example/other/x', 'a=b'],
  ['a=b; Path=/other', 'http://h.example/', 'http://h.example/others', null],
  ['a=b', 'http://h.example/x/y', 'http://h.example/x/z', 'a=b'],
  ['a=b', 'http://h.example/x/y', 'http://h.example/z', null],
  ['a=b', 'http://127.0.0.1:1/', 'http://127.0.0.1:2/', 'a=b'],
  ['a=b', 'http://[::1]/', 'http://[::1]/', 'a=b'],
  ['a=b', 'http://h.example/', 'http://s.h.example/', null],
  ['a=b; Domain=h.example', 'http://t.h.example/', 'http://s.h.example/', 'a=b'],
  ['a=b; Domain=.H.example', 'http://t.h.example/', 'http://h.example/', 'a=b'],
  ['a=b; Domain=x.example', 'http://h.example/', 'http://h.example/', null],
  ['a=b; Domain=co.uk', 'http://h.co.uk/', 'http://h.co.uk/', null],
  ['a=b; Domain=127.0.0.1', 'http://127.0.0.1/', 'http://127.0.0.1/', 'a=b'],
  ['a=b; Domain=web', 'http://web/', 'http://web/', 'a=b'],
  ['a=b; Expires=Wed, 21 Oct 2015 07:28:00 GMT', 'http://h.example/', 'http://h.example/', null],
  ['a=b; Expires=Wed, 21 Oct 2150 07:28:00 GMT', 'http://h.example/', 'http://h.example/', 'a=b'],
  ['a=b; Expires=Wed, 21 Oct 2015 07:28:00 GMT; Max-Age=9', 'http://h.example/', 'http://h.example/', 'a=b'],
  ['a=b; Max-Age=0', 'http://h.example/', 'http://h.example/', null],
  ['__Host-a=b', 'http://h.example/', 'http://h.example/', '__Host-a=b'],
  ['a="b"', 'http://h.example/', 'http://h.example/', 'a="b"'],
  ['a=b=c', 'http://h.example/', 'http://h.example/', 'a=b=c'],
  ['a=\u00e9', 'http://h.example/', 'http://h.example/', null],
  ['a=b"c', 'http://h.example/', 'http://h.example/', null],
  ['a b=c', 'http://h.example/', 'http://h.example/', null],
  ['a', 'http://h.example/', 'http://h.example/', null],
  ['=b', 'http://h.example/', 'http://h.example/', null],
  [`a=${'b'.repeat(5_000)}`, 'http://h.example/', 'http://h.example/', null],
] as const)
  test(`the cookie ${cookie.slice(0, 60)} of ${from} at ${to}`, (t) =>
    t.is(cookieAfter(cookie, from, to), sent))

test('cookies are replaced and deleted, and there are not too many', (t) => {
  const url = new URL('http://h.example/')
  const cookies = new Cookies(null)
  cookies.take(url, [
    ['set-cookie', 'one=1; Path=/'],
    ['set-cookie', 'two=2'],
    ['set-cookie', 'two=3'],
    ['set-cookie', 'one=; Max-Age=0'],
    ['other', 'three=3'],
  ])
  t.is(cookies.header(url, true), 'two=3')
  for (let n = 0; n < 200; n++) cookies.take(url, [['set-cookie', `c${n}=x`]])
  t.true((cookies.header(url, true)?.split('; ').length ?? 0) <= 100)
})

test('a redirect is told where it came from, without a login, and not from TLS in the clear', (t) => {
  const place = (url: string, address: string | null = null) => ({
    url: new URL(url),
    address,
    host: 'h.example',
    serverName: 'h.example',
  })
  const http = place('http://me:secret@h.example/a?b', '192.0.2.1')
  const https = place('https://h.example/')
  t.is(refererOf(http, https), 'http://192.0.2.1/a?b')
  t.is(refererOf(https, https), 'https://h.example/')
  t.is(refererOf(https, http), null)
  const parts = {
    ...http,
    method: 'GET',
    isHome: true,
    userAgent: 'x',
    cookie: null,
    custom: null,
    authorization: null,
  }
  const sent = (own: readonly (readonly [string, string])[]) => {
    const { headers } = requestOf({ ...parts, headers: own, referer: 'http://x/' })
    return headers.filter((_, at) => headers[at - 1] === 'referer')
  }
  t.deepEqual(sent([]), ['http://x/'])
  t.deepEqual(sent([['referer', 'http://own/']]), ['http://own/'])
})

test('a request has one header Cookie', (t) => {
  const url = new URL('http://h.example/')
  const parts = {
    url,
    host: 'h.example',
    method: 'GET',
    isHome: true,
    userAgent: 'x',
    referer: null,
    custom: null,
    authorization: null,
  }
  const { headers } = requestOf({ ...parts, headers: [['cookie', 'z=1']], cookie: 'z=1; a=b' })
  t.deepEqual(
    headers.filter((_, at) => headers[at - 1] === 'cookie'),
    ['z=1; a=b'],
  )
})

test('cookies of the module come first, until a server sets one of the same name', (t) => {
  const url = new URL('http://h.example/')
  const cookies = new Cookies('z=1; y="2"')
  t.is(cookies.header(url, true), 'z=1; y="2"')
  t.is(cookies.header(url, false), null)
  cookies.take(url, [['set-cookie', 'a=b']])
  t.is(cookies.header(url, true), 'z=1; y="2"; a=b')
  cookies.take(url, [['set-cookie', 'z=3']])
  t.is(cookies.header(url, true), 'y="2"; a=b; z=3')
  t.is(cookies.header(url, false), 'a=b; z=3')
})

/** A log of one line. */
function logOf(target: string): string {
  const log = new LogLines({ target })
  log.log('info', 'x')
  return log.text
}

test('a log has one line for each step, whatever a server sends', (t) => {
  for (const [target, shown] of [
    ['http://me:hunter2@a.example/b@c', 'http://me:xxxxx@a.example/b@c'],
    ['http://me:hunt@er2@a.example/', 'http://me:xxxxx@a.example/'],
    ['http://me:hunt?er2@a.example/', 'http://me:xxxxx@a.example/'],
    ['http://hunter2@a.example/', 'http://xxxxx@a.example/'],
    ['http://hunter2:@a.example/', 'http://xxxxx@a.example/'],
    ['me:hunter2@a.example', 'me:xxxxx@a.example'],
    ['ftp://me:hunt/er2@a.example', 'ftp://me:xxxxx@a.example'],
    ['http://a.example:80/@me', 'http://a.example:80/@me'],
    ['[::1]:25', '[::1]:25'],
  ] as const)
    t.true(logOf(target).includes(` target=${shown}\n`), target)
  const log = new LogLines(
    { module: 'm', target: 'a b' },
    () => [],
    () => 0,
  )
  log.log('info', 'Received redirect', { location: 'http://x/\n\u001b[31m"', empty: '' })
  log.log('debug', 'not shown')
  t.is(
    log.text,
    'time=1970-01-01T00:00:00.000Z level=INFO msg="Received redirect" module=m target="a b" location="http://x/\\n\\u001b[31m\\"" empty=""\n',
  )
  for (let n = 0; n < 2_000; n++) log.log('error', 'again')
  t.is(log.text.split('\n').length, 1_001)
})
