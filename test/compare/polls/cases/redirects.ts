import { answer, paths, redirect } from '../answers.ts'
import type { Ask, Case, Reply, Server } from '../case.ts'

const CODES = [301, 302, 303, 307, 308] as const

const OK = answer(200)

const chain = (count: number): Server => ({
  reply: ({ path }) => {
    const at = Number(path.slice(1))
    return at < count ? redirect(302, `/${at + 1}`) : OK
  },
})

/** A server that redirects `/` to what its second text says, and answers 200 elsewhere. */
const to = (location: string, status = 302): Server => ({
  reply: ({ path }, origins) =>
    path === '/'
      ? redirect(
          status,
          location.replaceAll(/\{(\d)\}/g, (_, at: string) => origins[Number(at)] as string),
        )
      : OK,
})

const elsewhere: Server = { reply: () => OK }

const one = (name: string, location: string, more: Partial<Ask> = {}): Case => ({
  name: `redirect: ${name}`,
  ask: { url: 'http://{0}/', ...more },
  servers: [to(location), elsewhere],
  comparesRequests: true,
})

const raw = (name: string, reply: Reply, traits: readonly string[] = []): Case => ({
  name: `redirect: ${name}`,
  ask: { url: 'http://{0}/' },
  servers: [paths({ '/': reply, '/a': OK })],
  traits,
})

const DATA = 'a=1&b=2'
/** Given, so that only the redirect differs. */
const TYPE = { 'Content-Type': 'text/x-own' }

/** Redirects: where they lead, with which method, with which credentials. */
export const REDIRECTS: readonly Case[] = [
  ...CODES.flatMap((status) =>
    ['HEAD', 'GET'].map((method) => ({
      name: `redirect: ${status}, ${method}`,
      ask: { url: 'http://{0}/', method },
      servers: [to('/a', status)],
      comparesRequests: true,
    })),
  ),
  ...CODES.flatMap((status) =>
    (['POST', 'PUT', 'DELETE', 'PATCH'] as const).flatMap((method) =>
      ['/a', 'http://{1}/a'].map((location) => ({
        name: `redirect: ${status} in answer to ${method} with data, ${location === '/a' ? 'same' : 'other'} origin`,
        ask: { url: 'http://{0}/', method, data: DATA, headers: TYPE },
        servers: [to(location, status), elsewhere],
        comparesRequests: true,
        traits: [`${method} and redirect`],
      })),
    ),
  ),
  one('relative path', 'a'),
  one('path of the parent', '../a'),
  one('with a query', '/a?b=c'),
  one('query only', '?b=c'),
  one('with a fragment', '/a#b'),
  one('without a scheme', '//{1}/a'),
  one('absolute, other origin', 'http://{1}/a'),
  one('in capitals', 'HTTP://{1}/a'),
  one('to a path with spaces', '/a b'),
  one('to a path in UTF-8', Buffer.from('/ä').toString('latin1')),
  one('to ftp', 'ftp://127.0.0.1:1/a'),
  one('to file', 'file:///etc/passwd'),
  one('to javascript', 'javascript:0'),
  one('to nonsense', 'http://'),
  one('to a port that is none', 'http://127.0.0.1:99999/'),
  one('own header, same origin', '/a', { headers: { 'X-Own': 'x' } }),
  one('own header, other origin', 'http://{1}/a', { headers: { 'X-Own': 'x' } }),
  one('basic authorization, same origin', '/a', { auth: { scheme: 'basic', secret: 'me:pass' } }),
  one('basic authorization, other origin', 'http://{1}/a', { auth: { scheme: 'basic', secret: 'me:pass' } }),
  one('bearer token, same origin', '/a', { auth: { scheme: 'bearer', secret: 'token' } }),
  one('bearer token, other origin', 'http://{1}/a', { auth: { scheme: 'bearer', secret: 'token' } }),
  one('Authorization header, other origin', 'http://{1}/a', { headers: { Authorization: 'Bearer token' } }),
  one('credentials in the URL, same origin', '/a', { url: 'http://me:pass@{0}/' }),
  one('credentials in the URL, other origin', 'http://{1}/a', { url: 'http://me:pass@{0}/' }),
  one('credentials in the Location', 'http://me:pass@{1}/a'),
  one('not followed, accepted', '/a', { redirects: 0, accept: '302' }),
  one('not followed, not accepted', '/a', { redirects: 0, method: 'GET' }),
  {
    name: 'redirect: away with a token and back',
    ask: { url: 'http://{0}/', auth: { scheme: 'bearer', secret: 'token' } },
    servers: [to('http://{1}/'), { reply: (_, origins) => redirect(302, `http://${origins[0]}/a`) }],
    comparesRequests: true,
  },
  raw('without a Location', answer(302)),
  {
    ...raw('without a Location, accepted', answer(302)),
    ask: { url: 'http://{0}/', accept: '302' },
  },
  raw('with an empty Location', redirect(302, '')),
  raw('304 with a Location', redirect(304, '/a')),
  raw('300 with a Location', redirect(300, '/a')),
  raw('305 with a Location', redirect(305, '/a')),
  raw('201 with a Location', redirect(201, '/a')),
  raw('two Locations', answer(302, ['Location: /a', 'Location: /b'])),
  ...[9, 10, 11, 12].map((count) => ({
    name: `redirect: ${count} in a row`,
    ask: { url: 'http://{0}/0' },
    servers: [chain(count)],
    traits: [`redirects:${count}`],
  })),
  ...[1, 3].flatMap((most) =>
    [most, most + 1].map((count) => ({
      name: `redirect: ${count} in a row, at most ${most}`,
      ask: { url: 'http://{0}/0', redirects: most },
      servers: [chain(count)],
    })),
  ),
  {
    name: 'redirect: to itself',
    ask: { url: 'http://{0}/' },
    servers: [{ reply: () => redirect(302, '/') }],
    traits: ['loop'],
  },
  {
    name: 'redirect: to and fro',
    ask: { url: 'http://{0}/a' },
    servers: [paths({ '/a': redirect(302, '/b'), '/b': redirect(302, '/a') })],
    traits: ['loop'],
  },
  {
    name: 'redirect: back to the first URL once',
    ask: { url: 'http://{0}/a' },
    servers: [returning()],
  },
  {
    name: 'redirect: needs a cookie',
    ask: { url: 'http://{0}/' },
    servers: [
      {
        reply: ({ headers }) =>
          headers['cookie'] === 'a=b' ? OK : answer(302, ['Set-Cookie: a=b', 'Location: /']),
      },
    ],
    traits: ['cookie'],
  },
  {
    name: 'redirect: http to https',
    ask: { url: 'http://{0}/' },
    servers: [to('https://{1}/a'), { ...elsewhere, tls: { certificate: 'good' } }],
  },
  {
    name: 'redirect: https to http',
    ask: { url: 'https://{0}/' },
    servers: [{ ...to('http://{1}/a'), tls: { certificate: 'good' } }, elsewhere],
  },
  {
    name: 'redirect: to an expired certificate',
    ask: { url: 'http://{0}/' },
    servers: [to('https://{1}/a'), { ...elsewhere, tls: { certificate: 'expired' } }],
  },
  {
    name: 'redirect: to nobody',
    ask: { url: 'http://{0}/' },
    servers: [to('http://{1}/a'), { isAbsent: true }],
  },
  {
    name: 'redirect: to a 404',
    ask: { url: 'http://{0}/' },
    servers: [paths({ '/': redirect(302, '/a') })],
  },
]

/** `/a` leads to `/b`, that back to `/a`, which then answers. By the path alone: each tool asks for itself. */
function returning(): Server {
  const seen = new Map<string, number>()
  return {
    reply: ({ path, headers }) => {
      const tool = headers['user-agent'] ?? ''
      const count = (seen.get(tool) ?? 0) + 1
      seen.set(tool, count)
      if (path === '/b') return redirect(302, '/a')
      return count % 3 === 1 ? redirect(302, '/b') : OK
    },
  }
}
