import { always, answer } from '../answers.ts'
import type { Ask, Case, Server } from '../case.ts'

/** Lets in who says the right thing. */
const guarded = (authorization: string): Server => ({
  reply: ({ headers }) =>
    answer(headers['authorization'] === authorization ? 200 : 401, ['WWW-Authenticate: Basic realm="x"']),
})

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

const one = (
  name: string,
  ask: Partial<Ask>,
  server: Server = always(answer(200)),
  traits: readonly string[] = [],
): Case => ({
  name: `request: ${name}`,
  ask: { url: 'http://{0}/', ...ask },
  servers: [server],
  comparesRequests: true,
  traits,
})

const DATA: readonly (readonly [name: string, data: string])[] = [
  ['a form', 'a=1&b=2'],
  ['JSON', '{"a": 1}'],
  ['XML', '<?xml version="1.0"?><a/>'],
  ['text', 'plain text'],
]

/** Methods, data, credentials. */
export const REQUESTS: readonly Case[] = [
  ...['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND', 'REPORT'].map((method) =>
    one(`method ${method}`, { method }),
  ),
  ...DATA.map(([name, data]) => one(`data: ${name}`, { data }, undefined, ['content type'])),
  ...DATA.map(([name, data]) =>
    one(`data: ${name}, with its type`, { data, headers: { 'Content-Type': 'text/x-own' } }),
  ),
  one('data with PUT', { data: 'x', method: 'PUT', headers: { 'Content-Type': 'text/x-own' } }),
  one('data with GET', { data: 'x', method: 'GET', headers: { 'Content-Type': 'text/x-own' } }),
  one('a header', { headers: { 'X-Own': 'x' } }),
  one(
    'a header of the host',
    { headers: { Host: 'other.test' } },
    {
      reply: ({ headers }) => answer(headers['host'] === 'other.test' ? 200 : 421),
    },
  ),
  one(
    'the port in the header of the host',
    {},
    {
      reply: ({ headers }, [origin]) => answer(headers['host'] === origin ? 200 : 421),
    },
  ),
  one('basic, right', { auth: { scheme: 'basic', secret: 'me:pass' } }, guarded(basic('me:pass'))),
  one(
    'basic, wrong',
    { method: 'GET', auth: { scheme: 'basic', secret: 'me:other' } },
    guarded(basic('me:pass')),
  ),
  one(
    'basic, with a colon in the password',
    { auth: { scheme: 'basic', secret: 'me:a:b' } },
    guarded(basic('me:a:b')),
    ['colon'],
  ),
  one('basic, in UTF-8', { auth: { scheme: 'basic', secret: 'me:pä' } }, guarded(basic('me:pä'))),
  one('basic, none', { method: 'GET' }, guarded(basic('me:pass'))),
  one('bearer, right', { auth: { scheme: 'bearer', secret: 'token' } }, guarded('Bearer token')),
  one(
    'bearer, wrong',
    { method: 'GET', auth: { scheme: 'bearer', secret: 'other' } },
    guarded('Bearer token'),
  ),
  one('credentials in the URL', { url: 'http://me:pass@{0}/' }, guarded(basic('me:pass'))),
  one('credentials in the URL, encoded', { url: 'http://me:p%40ss@{0}/' }, guarded(basic('me:p@ss'))),
  one('a name only in the URL', { url: 'http://me@{0}/' }, guarded(basic('me:'))),
  one('a fragment in the URL', { url: 'http://{0}/a#b' }),
  one('a query in the URL', { url: 'http://{0}/a?b=c d'.replace(' ', '%20') }),
  one('dots in the path', { url: 'http://{0}/a/../b' }, undefined, ['dots']),
  one('an empty path', { url: 'http://{0}' }),
  one('a query without a path', { url: 'http://{0}?a=b' }),
]
