import test from 'ava'
import { parseProxySetting, proxyFor } from '../../src/settings/proxy.ts'

const parsed = (text: string, env: Record<string, string> = {}) => parseProxySetting(text, env)

test('the URL of a proxy', (t) => {
  t.like(parsed('http://proxy.example')?.forHttp, { protocol: 'http', port: 80, credentials: null })
  t.like(parsed('proxy.example:3128')?.forOthers, {
    protocol: 'http',
    hostname: 'proxy.example',
    port: 3128,
    name: 'http://proxy.example:3128',
  })
  t.like(parsed('https://[::1]:80')?.forHttp, { protocol: 'https', hostname: '::1', port: 80 })
  t.like(parsed('SOCKS5H://me:p%40ss@a.example')?.forHttp, {
    protocol: 'socks5',
    port: 1080,
    looksUpNames: true,
    credentials: { username: 'me', password: 'p@ss' },
    name: 'socks5h://a.example:1080',
  })
  t.like(parsed('socks5://a.example')?.forHttp, { looksUpNames: false })
  t.is(parsed('none'), null)
})

for (const text of [
  '',
  'socks4://a.example',
  'ftp://a.example',
  'http://',
  'http://a.example/path',
  'http://a.example:0',
  'http://a b',
  'non',
  '/a',
  '/(/',
  '=x:1',
  'http:///a',
  'http://a..b:1',
  'http://a.example:x',
  'http://a:secret%@a.example',
])
  test(`refuses ${JSON.stringify(text)}`, (t) => {
    const error = t.throws(() => parsed(text), { instanceOf: RangeError })
    t.false(error.message.includes('secret%'))
  })

test('the variables of the environment', (t) => {
  const setting = parsed('env', {
    HTTP_PROXY: 'a:1',
    https_proxy: 'socks5h://b',
    HTTPS_PROXY: 'c:1',
    NO_PROXY: 'x, y z',
  })
  t.like(setting, { forHttp: { hostname: 'a' }, forOthers: { hostname: 'b' }, except: ['x', 'y', 'z'] })
  t.like(parsed('env', { ALL_PROXY: 'a:1', HTTPS_PROXY: 'b:1' }), {
    forHttp: { hostname: 'a' },
    forOthers: { hostname: 'b' },
  })
  t.deepEqual(parsed('env'), { forHttp: null, forOthers: null, except: [] })
  t.throws(() => parsed('env', { HTTPS_PROXY: 'ftp://me:secret@a' }), {
    message: /^HTTPS_PROXY: not a proxy such as [^@]*@proxy\.example:1080$/,
  })
})

const ROWS: readonly [exception: string, url: string, direct: boolean][] = [
  ['*', 'http://a.example/', true],
  ['', 'http://a.example/', false],
  ['a.example', 'http://a.example/', true],
  ['a.example', 'https://b.a.example/', true],
  ['A.Example.', 'http://a.example./', true],
  ['a.example', 'http://ba.example/', false],
  ['.a.example', 'http://b.a.example/', true],
  ['.a.example', 'http://a.example/', false],
  ['*.a.example', 'http://b.a.example/', true],
  ['a.example:8080', 'http://a.example:8080/', true],
  ['a.example:8080', 'http://a.example/', false],
  ['a.example:443', 'https://a.example/', true],
  ['a.example:443', 'wss://a.example/', true],
  ['a.example:80', 'ws://a.example/', true],
  ['192.0.2.1', 'http://192.0.2.1/', true],
  ['192.0.2.1', 'http://192.0.2.10/', false],
  ['192.0.2.0/24', 'http://192.0.2.200/', true],
  ['192.0.2.0/24', 'http://192.0.3.1/', false],
  ['192.0.2.0/24', 'http://a.example/', false],
  ['2001:db8::/32', 'http://[2001:db8::1]/', true],
  ['[2001:db8::1]:80', 'http://[2001:db8::1]/', true],
  ['2001:db8::1', 'http://[2001:db8:0::1]/', true],
  ['0.0.2.1', 'http://192.0.2.1/', false],
  ['192.0.2.0/99', 'http://192.0.2.1/', false],
]
for (const [exception, url, direct] of ROWS)
  test(`NO_PROXY=${exception}: ${url} is ${direct ? 'direct' : 'through the proxy'}`, (t) => {
    const setting = parsed('env', { ALL_PROXY: 'a:1', NO_PROXY: exception })
    t.is(setting && proxyFor(setting, new URL(url)) === null, direct)
  })
