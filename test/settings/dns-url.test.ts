import test from 'ava'
import { parseDnsQuestion } from '../../src/settings/dns-url.ts'

const NONE = { rcode: 'NOERROR', expect: [], authority: [] } as const

test('names', (t) => {
  const nameOf = (path: string, type = 'A') => parseDnsQuestion(path, `?type=${type}`).name
  t.is(nameOf('/A.Example.'), 'a.example')
  t.is(nameOf('/_sip._tcp.a.example', 'srv'), '_sip._tcp.a.example')
  t.is(nameOf('/b%C3%BCcher.example'), 'xn--bcher-kva.example')
  t.is(nameOf('/'), '')
  t.is(nameOf('/192.0.2.1', 'PTR'), '1.2.0.192.in-addr.arpa')
  t.is(nameOf('/192.0.2.1'), '192.0.2.1')
  t.is(
    nameOf('/2001:db8::192.0.2.1', 'PTR'),
    '1.0.2.0.0.0.0.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
  )
  t.is(nameOf('/::', 'PTR'), `${'0.'.repeat(32)}ip6.arpa`)
})

test('parameters: percent-encoding is decoded, plus signs stay', (t) => {
  t.deepEqual(parseDnsQuestion('/a', '?type=txt&rcode=nxdomain&expect=/a+%26b=c/&expect=d&authority=/e/i'), {
    name: 'a',
    type: 'TXT',
    rcode: 'NXDOMAIN',
    expect: ['/a+&b=c/', 'd'],
    authority: ['/e/i'],
  })
  t.deepEqual(parseDnsQuestion('/a', ''), { ...NONE, name: 'a', type: 'A' })
})

const MISTAKES: readonly (readonly [path: string, query: string, why: RegExp])[] = [
  ['/a', '?type=X', /^its type must be one of A, NS, /],
  ['/a', '?rcode=OK', /^its rcode must be one of NOERROR, /],
  ['/a', '?name=b', /^after the \? only type, expect, rcode and authority can stand, as in \?type=MX$/],
  ['/a', '?type', /^its type must/],
  ['/a', '?expect=', /^its expect is empty$/],
  ['/a', '?expect=/(/', /^its expect: not a valid regular expression/],
  ['/a', '?expect=%FF', /% that does not encode/],
  ['/a..b', '', /empty part/],
  [`/${'a'.repeat(64)}`, '', /too long/],
  [`/${'a.'.repeat(127)}b`, '', /too long/],
]

for (const [path, query, why] of MISTAKES) {
  test(`${path.slice(0, 10)}${query}`, (t) => {
    t.regex(t.throws(() => parseDnsQuestion(path, query), { instanceOf: RangeError }).message, why)
  })
}
