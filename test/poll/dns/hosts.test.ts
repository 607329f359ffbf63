import test from 'ava'
import { parseHosts } from '../../../src/poll/dns/hosts.ts'

test('names, addresses, comments and odd blanks', (t) => {
  const hosts = parseHosts(`
127.0.0.1\tlocalhost # us
::1  localhost ip6-localhost\r
192.0.2.1 A.Example alias
192.0.2.1 a.example
192.0.2.2 a.example#not this
#192.0.2.9 gone
not-an-address b.example
192.0.2.3
192.0.2.4 __proto__ constructor`)
  t.deepEqual(
    [...hosts].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    [
      ['__proto__', ['192.0.2.4']],
      ['a.example', ['192.0.2.1', '192.0.2.2']],
      ['alias', ['192.0.2.1']],
      ['constructor', ['192.0.2.4']],
      ['ip6-localhost', ['::1']],
      ['localhost', ['127.0.0.1', '::1']],
    ],
  )
  t.is(hosts.get('toString'), undefined)
})
