import test from 'ava'
import { dialFailure, connectTimeout, connectFailure } from '../../../src/poll/dial/dial-errors.ts'
import { REASON_FACTS } from '../../../src/state/reasons.ts'

const V4 = '192.0.2.1'
const V6 = '2001:db8::1'

const refused = (code: string, address: string) =>
  connectFailure(
    Object.assign(new Error(`connect ${code}`), { code, syscall: 'connect', address, port: 80 }),
    address,
    80,
  )

for (const [title, errors, reason] of [
  ['refused', [['ECONNREFUSED', V4]], 'refused'],
  [
    'refused on both families',
    [
      ['ECONNREFUSED', V6],
      ['ECONNREFUSED', V4],
    ],
    'refused',
  ],
  ['reset', [['ECONNRESET', V4]], 'reset'],
  ['the network gave up', [['ETIMEDOUT', V4]], 'timeout'],
  ['no route to the host', [['EHOSTUNREACH', V4]], 'unreachable'],
  ['no route to anywhere', [['ENETUNREACH', V4]], 'local'],
  [
    'no route to anywhere, both families',
    [
      ['ENETUNREACH', V6],
      ['ENETUNREACH', V4],
    ],
    'local',
  ],
  [
    'no IPv6 here, IPv4 refused',
    [
      ['ENETUNREACH', V6],
      ['ECONNREFUSED', V4],
    ],
    'refused',
  ],
  [
    'no IPv6 here, IPv4 unreachable',
    [
      ['ENETUNREACH', V6],
      ['EHOSTUNREACH', V4],
    ],
    'unreachable',
  ],
  [
    'IPv6 turned off, IPv4 refused',
    [
      ['EADDRNOTAVAIL', V6],
      ['ECONNREFUSED', V4],
    ],
    'refused',
  ],
  [
    'IPv6 not in the kernel, IPv4 refused',
    [
      ['EAFNOSUPPORT', V6],
      ['ECONNREFUSED', V4],
    ],
    'refused',
  ],
  ['IPv6 turned off, and only that', [['EADDRNOTAVAIL', V6]], 'local'],
  [
    'IPv6 unreachable, IPv4 refused',
    [
      ['EHOSTUNREACH', V6],
      ['ECONNREFUSED', V4],
    ],
    'refused',
  ],
  [
    'IPv6 refused, IPv4 silent',
    [
      ['ECONNREFUSED', V6],
      ['ETIMEDOUT', V4],
    ],
    'refused',
  ],
  [
    'out of ports for IPv4, IPv6 refused',
    [
      ['ECONNREFUSED', V6],
      ['EADDRNOTAVAIL', V4],
    ],
    'local',
  ],
  ['multicast', [['ENETUNREACH', '224.0.0.1']], 'unreachable'],
  ['broadcast', [['ENETUNREACH', '255.255.255.255']], 'unreachable'],
  ['IPv6 multicast', [['ENETUNREACH', 'ff02::1']], 'unreachable'],
  ...['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM', 'EACCES', 'EPERM'].map(
    (code) => [code, [[code, V4]], 'local'] as const,
  ),
] as const) {
  test(title, (t) => {
    const failure = dialFailure(errors.map(([code, address]) => refused(code, address)))
    t.is(failure.reason, reason)
    const causes = reason === 'local' ? errors.filter(([code]) => code !== 'ECONNREFUSED') : errors
    for (const [, address] of causes) t.true(failure.detail.includes(address), failure.detail)
  })
}

test('the text names an address that was given up for the next one', (t) => {
  t.like(dialFailure([connectTimeout(V6, 80), refused('ECONNREFUSED', V4)]), {
    reason: 'refused',
    detail: `no answer from [2001:db8::1]:80, ${REASON_FACTS.refused.text} 192.0.2.1:80`,
  })
})
