import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import test from 'ava'
import { hasLoopbackHost, refuseChange } from '../../../src/web/server/refusals.ts'

for (const [host, expected] of [
  ['127.0.0.1:9115', true],
  ['127.0.0.1', true],
  ['localhost:9115', true],
  ['LOCALHOST', true],
  ['[::1]:9115', true],
  ['evil.example:9115', false],
  ['127.0.0.1.evil.example', false],
  ['localhost.evil.example', false],
  ['evil.example:9115@127.0.0.1', false],
  ['127.0.0.1:9115:1', false],
  ['', false],
  [undefined, false],
] as const)
  test(`Host: ${host ?? 'none'} is ${expected ? '' : 'not '}an address of this machine`, (t) => {
    t.is(hasLoopbackHost({ headers: host === undefined ? {} : { host } }), expected)
  })

const from = (remoteAddress: string, headers: IncomingHttpHeaders = {}, isAuthenticated = false) =>
  refuseChange(
    { socket: { remoteAddress } as Socket, headers: { host: '127.0.0.1:9115', ...headers } },
    isAuthenticated,
  )

test('only this machine may have the lists read again', (t) => {
  t.is(from('127.0.0.1'), null)
  t.is(from('::1', { host: '[::1]:9115' }), null)
  t.is(from('::ffff:127.0.0.1'), null)
  t.regex(from('192.0.2.1') ?? '', /from this machine/)
  t.regex(from('127.0.0.1', { 'x-forwarded-for': '192.0.2.1' }) ?? '', /from this machine/)
  t.regex(from('127.0.0.1', { host: 'evil.example:9115' }) ?? '', /from this machine/)
})

test('whoever has shown a password may have the lists read again from anywhere', (t) => {
  t.is(from('192.0.2.1', {}, true), null)
  t.is(from('127.0.0.1', { host: 'headcount.example', 'x-forwarded-for': '192.0.2.1' }, true), null)
  // A browser sends the password for any page.
  t.regex(from('192.0.2.1', { origin: 'https://evil.example' }, true) ?? '', /another site/)
})

test('a page of another site may not have the lists read again', (t) => {
  t.is(from('127.0.0.1', { origin: 'http://127.0.0.1:9115' }), null)
  t.is(from('127.0.0.1', { origin: 'https://127.0.0.1:9115' }), null)
  t.is(from('127.0.0.1', { 'sec-fetch-site': 'same-origin' }), null)
  t.regex(from('127.0.0.1', { origin: 'https://evil.example' }) ?? '', /another site/)
  t.regex(from('127.0.0.1', { origin: 'null' }) ?? '', /another site/)
  // Behind a proxy that sends its own Host, only the browser knows.
  const proxied = { 'x-forwarded-for': '192.0.2.1', origin: 'https://monitor.example' }
  t.is(from('127.0.0.1', { ...proxied, 'sec-fetch-site': 'same-origin' }, true), null)
  t.regex(from('127.0.0.1', { ...proxied, 'sec-fetch-site': 'same-site' }, true) ?? '', /another site/)
  t.regex(from('127.0.0.1', { ...proxied, 'sec-fetch-site': 'same-origin' }) ?? '', /from this machine/)
  t.regex(from('127.0.0.1', proxied, true) ?? '', /another site/)
  t.regex(from('127.0.0.1', { 'sec-fetch-site': 'cross-site' }) ?? '', /another site/)
})
