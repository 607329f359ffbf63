import test from 'ava'
import { isFailure } from '../../../src/poll/attempt/failure.ts'
import { endOfHead, sharedHeaders } from '../../../src/poll/http/request-headers.ts'
import { requestFor } from '../../../src/poll/http/request.ts'
import type { Request } from '../../../src/poll/http/request.ts'
import { requestBlock } from '../../../src/poll/http/http2/request-block.ts'
import { HpackDecoder } from '../../../src/poll/http/http2/hpack.ts'

const home = new URL('http://a.example/')
const userAgent = 'headcount/1'
const shared = sharedHeaders({ userAgent, headers: [['X-Team', 'web']] })

function fieldsOf(request: Request, origin: string) {
  const block = requestBlock(request, origin)
  return isFailure(block) ? block : new HpackDecoder().decode(block, 10_000)
}

test('requests of the same settings share their headers, and no request gets those of another', (t) => {
  const first = requestFor('HEAD', home, home, shared)
  t.is(requestFor('GET', home, home, shared).headers, first.headers)
  const away = requestFor('HEAD', new URL('http://b.example/'), home, shared)
  const others = requestFor(
    'HEAD',
    home,
    home,
    sharedHeaders({ userAgent, headers: [['Host', 'c.example']] }),
  )
  const withLogin = requestFor('HEAD', new URL('http://me:secret@a.example/'), home, shared)
  for (let round = 0; round < 2; round++) {
    const common = 'accept: */*\r\nuser-agent: headcount/1\r\n'
    const keep = 'connection: keep-alive\r\n'
    const end = (request: Request) => endOfHead(request.headers, request.path, true)
    t.is(end(first), `/\r\n${keep}${common}x-team: web\r\n\r\n`)
    t.is(endOfHead(first.headers, 'a', false), `a\r\nconnection: close\r\n${common}x-team: web\r\n\r\n`)
    t.is(end(away), `/\r\n${keep}${common}\r\n`)
    t.is(end(others), `c.example\r\n${keep}${common}\r\n`)
    const login = `Basic ${Buffer.from('me:secret').toString('base64')}`
    t.is(end(withLogin), `/\r\n${keep}${common}x-team: web\r\nauthorization: ${login}\r\n\r\n`)
    const shown = [
      [':method', 'HEAD'],
      [':scheme', 'http'],
      [':authority', 'a.example'],
      [':path', '/'],
      ['accept', '*/*'],
      ['user-agent', 'headcount/1'],
    ]
    t.deepEqual(fieldsOf(first, 'http://a.example') as unknown, [...shown, ['x-team', 'web']])
    t.deepEqual(fieldsOf(away, 'http://a.example') as unknown, shown)
    shown[2] = [':authority', 'c.example']
    t.deepEqual(fieldsOf(others, 'http://a.example') as unknown, shown)
  }
})

test('a header that would split a request is refused, also where headers are shared', (t) => {
  const { headers } = requestFor('HEAD', home, home, sharedHeaders({ userAgent: 'x\r\ny: z', headers: [] }))
  for (let round = 0; round < 2; round++) {
    t.like(endOfHead(headers, 'a', true), { reason: 'local' })
    t.like(requestBlock({ method: 'HEAD', path: '/', headers }, 'http://a'), { reason: 'local' })
  }
})
