import test from 'ava'
import { parseResolvConf } from '../../../src/poll/dns/resolv-conf.ts'

const defaults = {
  servers: ['127.0.0.1'],
  search: [],
  ndots: 1,
  timeoutMs: 5_000,
  attempts: 2,
  rotate: false,
}

for (const [title, text, expected] of [
  ['empty', '', {}],
  ['comments', '# nameserver 192.0.2.1\n; search one.test', {}],
  [
    'servers, three at most',
    ['1', '2', 'x', '3', '4'].map((n) => `nameserver 192.0.2.${n}`).join('\n'),
    {
      servers: ['192.0.2.1', '192.0.2.2', '192.0.2.3'],
    },
  ],
  ['an IPv6 server', 'nameserver  2001:db8::1 \r\n', { servers: ['2001:db8::1'] }],
  ['search', 'search one.test. .two.test', { search: ['one.test', 'two.test'] }],
  ['the root as search domain', 'search .', { search: [''] }],
  [
    'the last of search and domain holds',
    'search one.test two.test\ndomain three.test',
    { search: ['three.test'] },
  ],
  [
    'options',
    'options rotate ndots:3 timeout:2\noptions attempts:4 edns0',
    { ndots: 3, timeoutMs: 2_000, attempts: 4, rotate: true },
  ],
  [
    'options have caps',
    'options ndots:99 timeout:99 attempts:99',
    { ndots: 15, timeoutMs: 30_000, attempts: 5 },
  ],
  [
    'options have floors',
    'options ndots:0 timeout:0 attempts:0',
    { ndots: 0, timeoutMs: 1_000, attempts: 1 },
  ],
  ['options that make no sense', 'options ndots: timeout:x attempts:-1 ndots', {}],
] as const) {
  test(title, (t) =>
    t.deepEqual(parseResolvConf(text, 'host'), { ...defaults, ...expected } as typeof defaults),
  )
}

test("without a search list, the domain of this machine's name is searched", (t) => {
  t.deepEqual(parseResolvConf('', 'host.corp.test').search, ['corp.test'])
  t.deepEqual(parseResolvConf('search one.test', 'host.corp.test').search, ['one.test'])
})
