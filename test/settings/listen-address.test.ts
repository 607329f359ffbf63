import test from 'ava'
import {
  formatListenAddress,
  isLoopbackAddress,
  parseListenAddress,
} from '../../src/settings/listen-address.ts'

for (const [text, host, port, shown = text] of [
  ['9115', '127.0.0.1', 9115, '127.0.0.1:9115'],
  ['0', '127.0.0.1', 0, '127.0.0.1:0'],
  ['0.0.0.0:9115', '0.0.0.0', 9115],
  ['192.0.2.1:80', '192.0.2.1', 80],
  ['localhost:65535', 'localhost', 65_535],
  ['[::1]:9115', '::1', 9115],
  ['[::]:9115', '::', 9115],
] as const)
  test(`${text} is port ${port} of ${host}`, (t) => {
    t.deepEqual(parseListenAddress(text), { host, port })
    t.is(formatListenAddress({ host, port }), shown)
  })

for (const [text, why] of [
  ['', /whole number/],
  ['65536', /from 0 to 65535/],
  ['-1', /whole number/],
  ['127.0.0.1:', /whole number/],
  [':9115', /the host is missing: 9115 listens on 127\.0\.0\.1 alone, 0\.0\.0\.0:9115 on all IPv4/],
  ['::1', /such as 9115, 0\.0\.0\.0:9115 or \[::1\]:9115/],
  ['::1:9115', /such as/],
  ['[127.0.0.1]:9115', /such as/],
  ['a.example:9115', /such as/],
  ['http://127.0.0.1:9115', /such as/],
  ['127.0.0.1:9115/', /such as|whole number/],
] as const)
  test(`${text === '' ? 'nothing' : text} is refused`, (t) => {
    t.throws(() => parseListenAddress(text), { instanceOf: RangeError, message: why })
  })

test('addresses that only this machine can connect to', (t) => {
  const loopback = [
    'localhost',
    '127.0.0.1',
    '127.8.8.8',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::1%lo',
  ]
  const others = ['::ffff:192.0.2.1', '0.0.0.0', '::', '192.0.2.1', '127.0.0.1.example', '']
  t.deepEqual(
    [...loopback, ...others].filter((host) => isLoopbackAddress(host)),
    loopback,
  )
})
