import test from 'ava'
import { Cookies } from '../../../src/web/probe/cookies.ts'
import { distinguishedName, dnsNames } from '../../../src/web/probe/certificate-names.ts'
import { goFloat } from '../../../src/web/probe/go-float.ts'
import { parseHttpTarget } from '../../../src/web/probe/http-target.ts'
import { ipHash } from '../../../src/web/probe/ip-hash.ts'
import { LogLines } from '../../../src/web/probe/probe-log.ts'

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
  t.is(distinguishedName(undefined), '')
  t.is(
    dnsNames({ subjectAltName: 'DNS:a.example, IP Address:127.0.0.1, DNS:*.b.example' }),
    'a.example,*.b.example',
  )
  t.is(dnsNames({ subjectAltName: undefined }), '')
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

test('cookies go back to their host, and there are not too many', (t) => {
  const cookies = new Cookies()
  cookies.take('a', [
    ['set-cookie', 'one=1; Path=/'],
    ['set-cookie', 'two=2'],
    ['set-cookie', 'one=; Max-Age=0'],
    ['other', 'three=3'],
  ])
  t.is(cookies.header('a'), 'two=2')
  t.is(cookies.header('b'), null)
  for (let n = 0; n < 100; n++) cookies.take('a', [['set-cookie', `c${n}=x`]])
  t.true((cookies.header('a')?.split('; ').length ?? 0) <= 50)
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
  const log = new LogLines({ module: 'm', target: 'a b' }, [], () => 0)
  log.log('info', 'Received redirect', { location: 'http://x/\n\u001b[31m"', empty: '' })
  log.log('debug', 'not shown')
  t.is(
    log.text,
    'time=1970-01-01T00:00:00.000Z level=INFO msg="Received redirect" module=m target="a b" location="http://x/\\n\\u001b[31m\\"" empty=""\n',
  )
  for (let n = 0; n < 2_000; n++) log.log('error', 'again')
  t.is(log.text.split('\n').length, 1_001)
})
