import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { IncomingMessage, RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { createSource } from '../../src/reload/create-sources.ts'
import { NO_SETTINGS } from '../../src/targets/list-entry.ts'
import type { ListSettings } from '../../src/targets/list-entry.ts'
import { ListError } from '../../src/targets/read-targets.ts'
import { Authority } from '../helpers/certificates.ts'
import { directoryOf } from '../helpers/directory.ts'
import { startOrigin } from '../helpers/origin.ts'
import { headcount } from '../helpers/program.ts'
import { collectingSink, SOURCE_OPTIONS } from '../helpers/collecting-sink.ts'

const GROUPS = JSON.stringify([{ targets: ['http://a.example/'] }])
const JSON_TYPE = { 'content-type': 'application/json' }
async function read(file: string, settings: Partial<ListSettings> | null) {
  const sink = collectingSink()
  const entry = { file, settings: settings && { ...NO_SETTINGS, ...settings } }
  await createSource(entry, process.stdin, SOURCE_OPTIONS).read(sink)
  return sink.targets.map(({ url }) => url as string)
}

/** A server that asks for a client certificate, and takes any request. */
async function serveTls(t: ExecutionContext, authority: Authority, answer: RequestListener) {
  const { cert, key } = await authority.issue([{ type: 'ip', value: '127.0.0.1' }])
  const options = { cert, key, ca: authority.pem, requestCert: true, rejectUnauthorized: false }
  const server = createServer(options, answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close().closeAllConnections())
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const hasCertificate = ({ socket }: IncomingMessage) => (socket as TLSSocket).authorized

test('headers, credentials and client certificate of a list go to its origin alone, its CA holds everywhere', async (t) => {
  const authority = await Authority.create()
  const seen: unknown[] = []
  const note = (name: string, request: IncomingMessage) => {
    const { authorization, 'x-key': key, accept } = request.headers
    seen.push([name, authorization ?? null, key ?? null, accept, hasCertificate(request)])
  }
  const other = await serveTls(t, authority, (request, response) => {
    note('other', request)
    if (request.url === '/back') response.writeHead(307, { location: `${home}/end` }).end()
    else response.writeHead(200, JSON_TYPE).end(GROUPS)
  })
  const home = await serveTls(t, authority, (request, response) => {
    note('home', request)
    if (request.url === '/end') response.writeHead(200, JSON_TYPE).end(GROUPS)
    else response.writeHead(302, { location: `${other}${request.url}` }).end()
  })
  const directory = directoryOf(t)
  const client = await authority.issue([{ type: 'dns', value: 'client.example' }])
  const path = (name: string, text: string) => {
    writeFileSync(join(directory, name), text)
    return join(directory, name)
  }
  const settings = {
    headers: [
      ['X-Key', 'k'],
      ['Accept', 'x/y'],
    ] as const,
    auth: 'me:se:cret',
    cacert: path('ca.pem', authority.pem),
    cert: path('cert.pem', client.cert),
    key: path('key.pem', client.key),
  }
  const authorization = `Basic ${Buffer.from('me:se:cret').toString('base64')}`
  t.deepEqual(await read(`${home}/away`, settings), ['http://a.example/'])
  t.deepEqual(await read(`${home}/back`, settings), ['http://a.example/'])
  const atHome = ['home', authorization, 'k', 'x/y', true]
  const atOther = ['other', null, null, 'application/json', false]
  t.deepEqual(seen, [atHome, atOther, atHome, atOther, atHome])

  // A certificate that was renewed is used at the next fetch.
  writeFileSync(settings.cert, 'nothing')
  await t.throwsAsync(read(`${home}/end`, settings), {
    instanceOf: ListError,
    message: /\/end: its cacert, cert or key: /,
  })
  await t.throwsAsync(read(`${home}/end`, { ...settings, key: join(directory, 'none.pem') }), {
    message: new RegExp(`^${home}/end: its key ${directory}/none.pem: no such file or directory$`),
  })
  t.is(seen.length, 5)
})

test('the sitemaps of an index get the credentials of the list, at its origin', async (t) => {
  const seen: (readonly [string, string | undefined])[] = []
  const sitemap = '<urlset><url><loc>http://a.example/</loc></url></urlset>'
  const other = await startOrigin(t, ({ headers }, response) => {
    seen.push(['other', headers.authorization])
    response.end(sitemap)
  })
  const home = await startOrigin(t, ({ url, headers }, response) => {
    seen.push([url as string, headers.authorization])
    const locs = [`${home.url}/one.xml`, `${other.url}/two.xml`]
    const index = `<sitemapindex>${locs.map((loc) => `<sitemap><loc>${loc}</loc></sitemap>`).join('')}</sitemapindex>`
    response.end(url === '/index.xml' ? index : sitemap)
  })
  await read(`${home.url}/index.xml`, { auth: 'a:b' })
  await read(`${home.url.replace('//', '//a:b@')}/index.xml`, null)
  const login = `Basic ${Buffer.from('a:b').toString('base64')}`
  const each = [
    ['/index.xml', login],
    ['/one.xml', login],
    ['other', undefined],
  ]
  t.deepEqual(seen as unknown, [...each, ...each])
})

test('a list has its own time and its own refresh', (t) => {
  const again = (settings: Partial<ListSettings>) =>
    createSource(
      { file: 'http://127.0.0.1/', settings: { ...NO_SETTINGS, ...settings } },
      process.stdin,
      SOURCE_OPTIONS,
    ).reloadPolicy
  t.deepEqual(again({}), { everyMs: 1_500 })
  t.deepEqual(again({ refreshMs: 5_000 }), { everyMs: 5_000 })
})

test('the time of a list holds for its fetch', async (t) => {
  const { url } = await startOrigin(t, () => {})
  await t.throwsAsync(read(url, { timeoutMs: 200 }), { message: /: no complete response within 0\.2 s$/ })
})

test('a PEM file that is a pipe is read once, and one without a writer does not outlast the time of the fetch', async (t) => {
  const authority = await Authority.create()
  const url = await serveTls(t, authority, (_, response) => response.writeHead(200, JSON_TYPE).end(GROUPS))
  const [cacert, silent] = ['ca.fifo', 'silent.fifo'].map((name) => join(directoryOf(t), name)) as [
    string,
    string,
  ]
  execFileSync('mkfifo', [cacert, silent])
  const writer = spawn('sh', ['-c', 'printf %s "$1" >"$0"', cacert, authority.pem])
  t.teardown(() => writer.kill())
  t.deepEqual(await read(url, { cacert }), ['http://a.example/'])
  t.deepEqual(await read(url, { cacert, timeoutMs: 5_000 }), ['http://a.example/'])
  await t.throwsAsync(read(url, { cacert: silent, timeoutMs: 100 }), {
    instanceOf: ListError,
    message: /: its cacert, cert or key can't be read within 0\.1 s$/,
  })
  // It is still waited for, or about to be opened: a process can wait for that, and this thread can't.
  const ender = spawn('sh', ['-c', ': >"$0"', silent])
  t.teardown(() => ender.kill())
  await once(ender, 'exit')
})

test('a configuration says how a list is fetched; nothing secret is ever printed', async (t) => {
  const authority = await Authority.create()
  const seen: unknown[] = []
  const list = await serveTls(t, authority, ({ url, headers }, response) => {
    seen.push([url, headers.authorization, headers['x-key']])
    if (url === '/fails') response.writeHead(403).end()
    else response.writeHead(200, JSON_TYPE).end(JSON.stringify([{ targets: ['http://127.0.0.1:1/a'] }]))
  })
  const directory = directoryOf(t)
  writeFileSync(join(directory, 'ca.pem'), authority.pem)
  const write = (path: string) =>
    writeFileSync(
      join(directory, 'conf.yml'),
      `files: {url: ${list}${path}, auth: 'me:\${PASSWORD}', headers: {X-Key: k}, cacert: ca.pem}\n` +
        `groups: [{labels: {a: b}, files: [{url: ${list.replace('//', '//you:topsecret@')}${path}, cacert: ca.pem}]}]\n`,
    )
  const env = { PASSWORD: 'hunter2' }
  const check = () => headcount(t, ['--check', '-c', join(directory, 'conf.yml')], { env })
  write('/targets')
  const good = await check()
  t.is(good.stderr, '1 duplicate in the lists: each URL is polled once, as its first place says\n')
  t.is(good.code, 0)
  const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`
  // Lists are read at the same time: either request may be first.
  const [[, first] = []] = seen as string[][]
  const requests = [
    ['/targets', basic('me:hunter2'), 'k'],
    ['/targets', basic('you:topsecret'), undefined],
  ]
  t.deepEqual(seen, first === basic('me:hunter2') ? requests : requests.toReversed())
  write('/fails')
  const bad = await check()
  t.is(bad.code, 3)
  t.true(bad.stderr.startsWith(`error: ${list}/fails: status 403\n`), bad.stderr)
  t.notRegex(bad.stderr + bad.stdout, /hunter2|secret/)
})

const SLIPS = [
  'ftp://me:secret@127.0.0.1/list',
  'http:/me:secret@127.0.0.1/list',
  'http:me:secret@127.0.0.1/list',
  'ftp://me:se/cret@127.0.0.1/list',
  'https://me:se/cret@127.0.0.1/list',
  'https://me:secret@127.0.0.1:99999/list',
  'https://me:sec ret@127.0.0.1/list',
]

test('what is no URL for a list is told without the password in it', async (t) => {
  for (const slip of SLIPS) {
    const { code, stderr } = await headcount(t, ['--check', '-f', slip])
    t.is(code, 3)
    t.notRegex(stderr, /secret|cret@|sec ret/, slip)
  }
})
