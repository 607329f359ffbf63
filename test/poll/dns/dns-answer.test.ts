import test from 'ava'
import { answerText, interleave, isDenial, mergeAnswers, noAnswer } from '../../../src/poll/dns/dns-answer.ts'

const ipv6 = { addresses: ['2001:db8::1', '2001:db8::2'], ttlMs: 2_000, code: '' } as const
const ipv4 = { addresses: ['192.0.2.1'], ttlMs: 1_000, code: '' } as const
const [nxdomain, nodata, servfail] = (['NXDOMAIN', 'NODATA', 'SERVFAIL'] as const).map((code) =>
  noAnswer(code),
)

for (const [title, answers, expected] of [
  [
    'both: by turns, the shorter TTL',
    [ipv6, ipv4],
    { addresses: ['2001:db8::1', '192.0.2.1', '2001:db8::2'], ttlMs: 1_000 },
  ],
  ['IPv6 only', [ipv6, nodata], ipv6],
  ['IPv4 only', [nodata, ipv4], ipv4],
  ['IPv4, and IPv6 failed', [servfail, ipv4], ipv4],
  ['IPv6, and IPv4 failed', [ipv6, servfail], ipv6],
  ['neither', [nodata, nodata], { code: 'NODATA' }],
  ['no such name', [nxdomain, nxdomain], { code: 'NXDOMAIN' }],
  ['a name without IPv6 exists, whatever is said of IPv4', [nodata, nxdomain], { code: 'NODATA' }],
  ['a name without IPv4 exists, whatever is said of IPv6', [nxdomain, nodata], { code: 'NODATA' }],
  ['one open question, IPv6', [servfail, nodata], { code: 'SERVFAIL' }],
  ['one open question, IPv4', [nxdomain, servfail], { code: 'SERVFAIL' }],
] as const) {
  test(title, (t) => t.like(mergeAnswers(answers[0], answers[1]), expected))
}

test('addresses of both families alternate, IPv6 first', (t) => {
  t.deepEqual(interleave(['6a'], ['4a', '4b', '4c']), ['6a', '4a', '4b', '4c'])
  t.deepEqual(interleave([], ['4a']), ['4a'])
  t.deepEqual(interleave(['6a', '6b'], []), ['6a', '6b'])
})

test('each response code has its own text', (t) => {
  const codes = [
    'NXDOMAIN',
    'NODATA',
    'SERVFAIL',
    'REFUSED',
    'TIMEOUT',
    'FORMERR',
    'BADNAME',
    'RCODE 9',
  ] as const
  t.is(new Set(codes.map((code) => answerText(code))).size, codes.length)
  t.deepEqual(
    codes.filter((code) => isDenial(code)),
    ['NXDOMAIN', 'NODATA'],
  )
})
