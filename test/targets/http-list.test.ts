import { once } from 'node:events'
import type { RequestListener, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import type { Url } from '../../src/resource/resource.ts'
import { readHttpList } from '../../src/targets/http-list.ts'
import { describeError, ListError } from '../../src/targets/read-targets.ts'
import { blackHole } from '../helpers/black-hole.ts'
import { Authority } from '../helpers/certificates.ts'
import { freePort } from '../helpers/free-port.ts'
import { startOrigin } from '../helpers/origin.ts'
import { collectingSink, SOURCE_OPTIONS } from '../helpers/collecting-sink.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import { SCHEME_LIST } from '../../src/settings/schemes.ts'

const GROUPS = JSON.stringify([{ targets: ['http://a.example/'], labels: { team: 'web' } }])
const JSON_TYPE = { 'content-type': 'application/json' }

async function read(url: string, options: Partial<typeof SOURCE_OPTIONS> = {}) {
  const sink = collectingSink()
  const result = await readHttpList(url as Url, { ...SOURCE_OPTIONS, ...options }, sink)
  return { ...result, urls: sink.targets.map((target) => target.url as string), ...sink }
}

/** The message of the ListError that comes of it, without the address of the server. */
async function errorOf(t: ExecutionContext, url: string, options: Partial<typeof SOURCE_OPTIONS> = {}) {
  const error = await t.throwsAsync(read(url, options), { instanceOf: ListError })
  return error?.message.replace(/http:\/\/127\.0\.0\.1:\d+/, 'SERVER')
}

async function serve(t: ExecutionContext, answer: RequestListener): Promise<string> {
  const { url } = await startOrigin(t, answer)
  return `${url}/targets`
}

const GOOD: readonly (readonly [string, RequestListener])[] = [
  ['as it is', (_, response) => response.writeHead(200, JSON_TYPE).end(GROUPS)],
  [
    'with a charset',
    (_, response) =>
      response.writeHead(200, { 'content-type': ' Application/JSON; charset="UTF-8"' }).end(GROUPS),
  ],
  [
    'packed',
    (_, response) =>
      response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(gzipSync(GROUPS)),
  ],
  [
    'a byte at a time',
    (_, response) => {
      response.writeHead(200, JSON_TYPE)
      for (const character of GROUPS) response.write(character)
      response.end()
    },
  ],
  [
    'after redirects',
    ({ url }, response) => {
      const hop = Number(url?.split('/')[2] ?? 0)
      if (hop === 5) response.writeHead(200, JSON_TYPE).end(GROUPS)
      else response.writeHead(302, { location: `/targets/${hop + 1}` }).end('moved')
    },
  ],
]

for (const [title, answer] of GOOD) {
  test(`a list from a server: ${title}`, async (t) => {
    const { targets, endsWithNewline } = await read(await serve(t, answer))
    t.true(endsWithNewline)
    t.deepEqual(targets as unknown, [{ url: 'http://a.example/', overrides: null, labels: { team: 'web' } }])
  })
}

const endless = (response: ServerResponse, text: string) => {
  const more = () => {
    while (!response.destroyed && response.write(text));
  }
  response.on('drain', more)
  more()
}

const BAD: readonly (readonly [string, RequestListener, RegExp])[] = [
  ['an error', (_, response) => response.writeHead(500).end(GROUPS), /^SERVER\/targets: status 500$/],
  ['nothing changed', (_, response) => response.writeHead(304).end(), /^SERVER\/targets: status 304$/],
  [
    'another type',
    (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(GROUPS),
    /^SERVER\/targets: its Content-Type is "text\/html", not application\/json$/,
  ],
  [
    'no type',
    (_, response) => response.writeHead(200).end(GROUPS),
    /^SERVER\/targets: it has no Content-Type, such as application\/json$/,
  ],
  [
    'half of it, said to be all',
    (_, response) => response.writeHead(200, JSON_TYPE).end(GROUPS.slice(0, 20)),
    /^SERVER\/targets:1:14: incomplete JSON$/,
  ],
  [
    'half of it, then the end of the connection',
    (request, response) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-length': GROUPS.length })
      response.write(GROUPS.slice(0, 20), () => setTimeout(() => request.socket.destroy(), 50))
    },
    /^SERVER\/targets: (other side closed|terminated|.*closed|.*aborted)$/,
  ],
  [
    'another form',
    (_, response) => response.writeHead(200, JSON_TYPE).end('{"targets": []}'),
    /^SERVER\/targets:1:1: not a list of target groups$/,
  ],
  [
    'the end of the connection',
    (request) => request.socket.destroy(),
    /^SERVER\/targets: other side closed$/,
  ],
  [
    'a reset',
    (request) => request.socket.resetAndDestroy(),
    /^SERVER\/targets: (connection reset by peer|other side closed)$/,
  ],
  [
    'nothing that is HTTP',
    (request) => request.socket.end('SSH-2.0\r\n'),
    /^SERVER\/targets: Response does not match the HTTP\/1.1 protocol/,
  ],
  [
    'a redirect to a file',
    (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    /^SERVER\/targets: a redirect to a URL that is not http or https$/,
  ],
  ['a redirect to nowhere', (_, response) => response.writeHead(302).end(), /^SERVER\/targets: status 302$/],
  [
    'an encoding that was not asked for',
    (_, response) => response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'br' }).end('x'),
    /^SERVER\/targets: an unsupported content encoding: "br"$/,
  ],
  [
    'broken gzip',
    (_, response) =>
      response
        .writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' })
        .end(gzipSync(GROUPS).subarray(0, 30)),
    /^SERVER\/targets: its gzip data is broken or incomplete$/,
  ],
  [
    'a body without an end',
    (_, response) => endless(response.writeHead(200, JSON_TYPE), ' '.repeat(2 ** 20)),
    /^SERVER\/targets: it is larger than 64 MiB$/,
  ],
  [
    'gzip that unpacks without an end',
    (_, response) =>
      response
        .writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' })
        .end(gzipSync(Buffer.alloc(80 * 2 ** 20, ' '))),
    /^SERVER\/targets: it is larger than 64 MiB$/,
  ],
  [
    'bytes that are no UTF-8',
    (_, response) => response.writeHead(200, JSON_TYPE).end(Buffer.from([0x5b, 0xff, 0x5d])),
    /^SERVER\/targets: it is not UTF-8$/,
  ],
]

for (const [title, answer, expected] of BAD) {
  // What fills 64 MiB holds up the thread: the tests that run at once with it would meet their deadlines. It has longer itself.
  const isLong = title.endsWith('without an end')
  const alone = isLong ? test.serial : test
  alone(`a server that sends ${title}`, async (t) => {
    const settings = isLong ? { deadlineMs: 90_000 } : {}
    t.regex((await errorOf(t, await serve(t, answer), settings)) ?? '', expected)
  })
}

const HANGS: readonly (readonly [string, RequestListener])[] = [
  ['never answers', () => {}],
  ['never ends its head', (request) => void request.socket.write('HTTP/1.1 200 OK\r\n')],
  ['never ends its body', (_, response) => void response.writeHead(200, JSON_TYPE).write('[')],
  [
    'drips',
    (_, response) => {
      response.writeHead(200, JSON_TYPE).write('[')
      const timer = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(timer))
    },
  ],
]

for (const [title, answer] of HANGS) {
  test(`a server that ${title} has a deadline`, async (t) => {
    const message = await errorOf(t, await serve(t, answer), { deadlineMs: 300 })
    t.is(message, 'SERVER/targets: no complete response within 0.3 s')
  })
}

test('a server that takes no connection has the same deadline', async (t) => {
  const port = await blackHole(t, ['127.0.0.1'])
  const url = `http://127.0.0.1:${port}/targets`
  t.is(await errorOf(t, url, { deadlineMs: 300 }), 'SERVER/targets: no complete response within 0.3 s')
})

test('a server that is not there', async (t) => {
  const port = await freePort()
  t.is(await errorOf(t, `http://127.0.0.1:${port}/`), 'SERVER/: connection refused')
  t.regex(
    (await errorOf(t, `http://localhost:${port}/`)) ?? '',
    /^http:\/\/localhost:\d+\/: connection refused$/,
  )
})

test('redirects without an end are followed five times', async (t) => {
  const { url, requestPaths } = await startOrigin(t, (_, response) => {
    response.writeHead(302, { location: '/targets' }).end()
  })
  t.is(await errorOf(t, `${url}/targets`), 'SERVER/targets: more than 5 redirects')
  t.is(requestPaths.length, 6)
})

test('of addresses that all refuse, the first says why', (t) => {
  const refused = Object.assign(new Error('x'), { errno: -111 })
  t.is(describeError(new AggregateError([refused, new Error('y')])), 'connection refused')
})

test('a certificate is checked; --cacert says whom to trust as well', async (t) => {
  const authority = await Authority.create()
  const { cert, key } = await authority.issue([{ type: 'ip', value: '127.0.0.1' }])
  const server = createServer({ cert, key }, (_, response) => response.writeHead(200, JSON_TYPE).end(GROUPS))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close().closeAllConnections())
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`
  t.regex((await errorOf(t, url)) ?? '', /unable to verify the first certificate|self-signed certificate/)
  t.deepEqual((await read(url, { ca: authority.pem })).urls, ['http://a.example/'])
})

test('what is asked, as Prometheus asks it; credentials are sent to the origin of the list alone, and never printed', async (t) => {
  const asked: Record<string, unknown>[] = []
  const other = await startOrigin(t, ({ headers }, response) => {
    asked.push(headers)
    response.writeHead(500).end()
  })
  const { url } = await startOrigin(t, ({ headers }, response) => {
    asked.push(headers)
    response.writeHead(307, { location: `${other.url}/other` }).end()
  })
  const message = await errorOf(t, `${url.replace('//', '//me:s%20cret@')}/targets?a=b`)
  t.is(message, 'SERVER/targets?a=b: status 500')
  t.like(asked[0], {
    accept: 'application/json',
    'accept-encoding': 'gzip',
    'user-agent': 'headcount/test',
    'x-prometheus-refresh-interval-seconds': '1.5',
    authorization: `Basic ${Buffer.from('me:s cret').toString('base64')}`,
  })
  t.is(asked[1]?.['authorization'], undefined)
})

test('a sitemap comes from a path that says so, or with a type that does', async (t) => {
  const sitemap = '<urlset><url><loc>http://a.example/</loc></url></urlset>'
  const { url } = await startOrigin(t, (request, response) => {
    if (request.url === '/packed.xml.gz') response.end(gzipSync(sitemap))
    else if (request.url === '/twice.xml.gz') {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(gzipSync(sitemap)))
    } else response.writeHead(200, { 'content-type': 'text/xml; charset=utf-8' }).end(sitemap)
  })
  for (const path of ['/any', '/sitemap.xml?x', '/packed.xml.gz', '/twice.xml.gz']) {
    t.deepEqual((await read(`${url}${path}`)).urls, ['http://a.example/'], path)
  }
})

test('an index of sitemaps is followed one level down', async (t) => {
  const index = (...paths: string[]) =>
    `<sitemapindex>${paths.map((path) => `<sitemap><loc>${path}</loc></sitemap>`).join('')}</sitemapindex>`
  const { url } = await startOrigin(t, ({ url: path }, response) => {
    const base = `http://${response.req.headers.host}`
    const answers: Record<string, string> = {
      '/index.xml': index(`${base}/1.xml`, 'ftp://x/', `${base}/2.xml.gz`),
      '/1.xml': '<urlset><url><loc>http://a.example/1</loc></url>\n<url><loc>x</loc></url></urlset>',
      '/2.xml.gz': '<urlset><url><loc>http://a.example/2</loc></url></urlset>',
      '/deep.xml': index(`${base}/index.xml`),
      '/gone.xml': index(`${base}/1.xml`, `${base}/3.xml`),
      '/long.xml': index(...Array.from({ length: 1_001 }, () => `${base}/1.xml`)),
    }
    const answer = answers[path ?? '']
    if (answer === undefined) response.writeHead(404).end()
    else response.end(path?.endsWith('.gz') === true ? gzipSync(answer) : answer)
  })
  const { urls, complaints } = await read(`${url}/index.xml`)
  t.deepEqual(urls, ['http://a.example/1', 'http://a.example/2'])
  t.deepEqual(
    complaints.map((line) => line.replace(url, '')),
    [
      `/index.xml:1:86: only ${SCHEME_LIST} are polled, not "ftp"`,
      '/1.xml:2:11: a URL begins with https:// or http://: did you mean "https://x"?',
    ].map((line) => line.replace(':86:', `:${/index\.xml:1:(\d+):/.exec(complaints[0] ?? '')?.[1]}:`)),
  )
  t.is(
    await errorOf(t, `${url}/deep.xml`),
    'SERVER/index.xml: a sitemap index inside another; only one level is followed',
  )
  t.is(await errorOf(t, `${url}/gone.xml`), 'SERVER/3.xml: status 404')
  t.is(await errorOf(t, `${url}/long.xml`), 'SERVER/long.xml: it names more than 1000 sitemaps')
})

test('nothing stays open after what went wrong', async (t) => {
  const open = new Set<Socket>()
  const { url } = await startOrigin(t, ({ socket }, response) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    response.writeHead(200, { 'content-type': 'text/html' }).write(GROUPS)
  })
  for (let n = 0; n < 20; n++) await t.throwsAsync(read(url))
  await waitUntil(() => open.size === 0)
  t.pass()
})
