import test from 'ava'
import { headersOf } from '../../../src/poll/http/request-headers.ts'
import type { HeaderOptions } from '../../../src/poll/http/request-headers.ts'
import { requestFor } from '../../../src/poll/http/request.ts'
import { HostileServer } from '../../helpers/hostile-server.ts'
import { pollOnce } from '../../helpers/test-poller.ts'

const HEADERS = headersOf({ userAgent: 'headcount/1', headers: [['X-Team', 'web']] })

/** The headers of a request to a URL with a login. */
function headersWithLogin(options: HeaderOptions): readonly string[] {
  const url = new URL('http://user:pass@a.example/')
  return requestFor('HEAD', url, url, headersOf(options)).headers
}

test('credentials in the URL become Basic authorization', (t) => {
  const url = new URL('http://us%65r:p%C3%A4ss%@a.example/x?y')
  const { path, headers } = requestFor('HEAD', url, url, HEADERS)
  t.is(path, '/x?y')
  t.is(headers[headers.indexOf('authorization') + 1], `Basic ${Buffer.from('user:päss%').toString('base64')}`)
})

test('an empty query is sent, a fragment is not', (t) => {
  const pathOf = (text: string) => requestFor('GET', new URL(text), new URL(text), HEADERS).path
  for (const path of ['/x?', '/?', '/x', '/x?y?']) {
    t.is(pathOf(`http://a.example${path}`), path)
    t.is(pathOf(`http://a.example${path}#z?`), path)
  }
  t.is(pathOf('http://a.example?'), '/?')
})

test('credentials and custom headers stay at their origin', (t) => {
  const home = new URL('http://user:pass@a.example/')
  const at = (hop: string) => requestFor('HEAD', new URL(hop), home, HEADERS).headers
  t.true(at('http://a.example/other').includes('authorization'))
  t.true(at('http://a.example/other').includes('x-team'))
  for (const elsewhere of ['http://b.example/', 'https://a.example/', 'http://a.example:8080/']) {
    t.false(at(elsewhere).includes('authorization'), elsewhere)
    t.false(at(elsewhere).includes('x-team'), elsewhere)
  }
})

test('a custom header replaces the default of the same name', (t) => {
  const headers = headersWithLogin({
    userAgent: 'headcount/1',
    headers: [
      ['User-Agent', 'mine'],
      ['Authorization', 'Bearer x'],
      ['Accept', 'text/html'],
    ],
  })
  t.deepEqual(headers, ['user-agent', 'mine', 'authorization', 'Bearer x', 'accept', 'text/html'])
})

test('of custom headers of which a request has one, the last counts', (t) => {
  const headers = headersWithLogin({
    userAgent: 'authorization',
    headers: [
      ['Authorization', 'Bearer x'],
      ['X-Team', 'web'],
      ['X-Team', 'mail'],
      ['Authorization', 'Bearer y'],
    ],
  })
  const custom = ['x-team', 'web', 'x-team', 'mail', 'authorization', 'Bearer y']
  t.deepEqual(headers, ['accept', '*/*', 'user-agent', 'authorization', ...custom])
})

test('the bytes of a request, and the headers that a redirect drops', async (t) => {
  const other = await HostileServer.start()
  const server = await HostileServer.start({
    away: (socket) => void socket.end(`HTTP/1.1 307 Moved\r\nLocation: ${other.url('ok')}\r\n\r\n`),
    near: (socket) => void socket.end('HTTP/1.1 307 Moved\r\nLocation: /away\r\n\r\n'),
  })
  t.teardown(() => Promise.all([server.close(), other.close()]))
  const state = await pollOnce(server.url('near').replace('//', '//user:secret@'), {
    headers: [
      ['X-Team', 'web'],
      ['Host', 'a.example'],
    ],
  })
  t.deepEqual([state.verdict, state.redirects, state.finalUrl], ['up', 2, other.url('ok')])
  for (const head of server.heads) {
    t.regex(head, /^host: a\.example\r$/m)
    t.regex(head, /^authorization: Basic dXNlcjpzZWNyZXQ=\r$/m)
    t.regex(head, /^x-team: web\r$/m)
  }
  t.is(server.heads.length, 2)
  t.regex(other.heads[0] ?? '', new RegExp(`^host: 127\\.0\\.0\\.1:${other.port}\r$`, 'm'))
  t.notRegex(other.heads[0] ?? '', /authorization|x-team/i)
})
