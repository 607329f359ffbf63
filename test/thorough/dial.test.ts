import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import type { RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { Authority } from '../helpers/certificates.ts'
import { directoryOf } from '../helpers/directory.ts'
import { startOrigin } from '../helpers/origin.ts'
import { errorLines, headcount, parseLines } from '../helpers/program.ts'
import { startProxy } from '../helpers/proxy-server.ts'

/** A server that notes who asks for what: the path, the host and the address of the client. */
async function start(t: ExecutionContext, directory: string) {
  const asked: Record<string, string> = {}
  const answer: RequestListener = ({ url = '', headers, socket }, response) => {
    asked[url] = `${headers.host?.replace(/:.*/, '')} ${socket.remoteAddress ?? 'unix'}`
    response.writeHead(204).end()
  }
  const authority = await Authority.create()
  const pair = await authority.issue([{ type: 'dns', value: 'inside.example' }])
  const tcp = createHttpServer(answer)
  const tls = createHttpsServer(pair, answer)
  const unix = createHttpServer(answer)
  const socket = join(directory, 'app.sock')
  for (const server of [tcp, tls, unix]) {
    if (server === unix) server.listen(socket)
    else server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.teardown(() => server.close())
  }
  const [port, tlsPort] = [tcp, tls].map((server) => (server.address() as AddressInfo).port)
  return { asked, authority, socket, port, tlsPort }
}

const ALL = ['--once', '--pool-size', '1', '--format', 'json', '--timeout', '60s']

test('where connections lead: on a line, in a group, in the configuration, as flags', async (t) => {
  const directory = directoryOf(t)
  const { asked, authority, socket, port, tlsPort } = await start(t, directory)
  const ca = join(directory, 'ca.pem')
  writeFileSync(ca, authority.pem)
  const config = join(directory, 'conf.yml')
  writeFileSync(
    config,
    `resolve: [127.0.0.1]
source: 127.0.0.3
urls:
  - http://top.example:${port}/top
  - http://line.example:${port}/line resolve=127.0.0.9,127.0.0.1 source=127.0.0.4
  - http://line.example/unix unix=${socket}
  - https://line.example:${tlsPort}/name server-name=inside.example
groups:
  - resolve: 127.0.0.1
    source: 127.0.0.5
    server-name: inside.example
    urls:
      - http://group.example:${port}/group
      - https://group.example:${tlsPort}/group-name
  - unix: ${socket}
    urls: http://group.example/group-unix
`,
  )
  const { code, stderr } = await headcount(t, [...ALL, '--cacert', ca, '-c', config])
  t.is(stderr, '')
  t.is(code, 0)
  t.deepEqual(asked, {
    '/top': 'top.example 127.0.0.3',
    '/line': 'line.example 127.0.0.4',
    '/unix': 'line.example unix',
    '/name': 'line.example 127.0.0.3',
    '/group': 'group.example 127.0.0.5',
    '/group-name': 'group.example 127.0.0.5',
    '/group-unix': 'group.example unix',
  })
  const flags = ['--resolve', '127.0.0.1', '--source', '127.0.0.6', '--server-name', 'inside.example']
  const run = await headcount(t, [...ALL, '--cacert', ca, ...flags, `https://f.example:${tlsPort}/flags`])
  t.is(run.stderr, '')
  t.is(asked['/flags'], 'f.example 127.0.0.6')
  const { stdout } = await headcount(t, [...ALL, '--unix', socket, 'http://f.example/unix-flag'])
  t.is(asked['/unix-flag'], 'f.example unix')
  t.like(parseLines(stdout)[0], { verdict: 'up', address: '' })
})

test('mistakes in these settings are reported where they are', async (t) => {
  const list = join(directoryOf(t), 'list')
  writeFileSync(
    list,
    `https://a.example/ resolve=a.example
https://a.example/b   source=300.0.0.1 unix=app.sock
https://a.example/c server-name=https://b.example
`,
  )
  const { code, stderr } = await headcount(t, ['--check', '-f', list])
  t.is(code, 3)
  t.deepEqual(errorLines(stderr), [
    `${list}:1:28: resolve: not an IP address such as 192.0.2.1, or several with commas between them`,
    `${list}:2:30: source: not a local IP address or the name of a network interface such as eth0`,
    `${list}:2:45: unix: not an absolute path such as /run/app.sock`,
    `${list}:3:33: server-name: not a host name such as www.example.com`,
  ])
})

test('an address family can be given once, and the strongest place counts', async (t) => {
  const list = join(directoryOf(t), 'list')
  writeFileSync(list, 'https://a.example/ ipv4=on ipv=both\nhttps://a.example/b ipv=5\n')
  const { stderr } = await headcount(t, ['--check', '-f', list])
  t.deepEqual(errorLines(stderr), [
    `${list}:1:28: ipv: already set by ipv4`,
    `${list}:2:25: ipv: must be one of 4, 6, both, any`,
  ])
  const both = await headcount(t, ['--once', '-4', '--ipv', 'both', 'http://127.0.0.1:1/'])
  t.is(both.code, 3)
  t.regex(both.stderr, /cannot be used with --/)
  for (const flags of [
    ['--proxy', 'http://127.0.0.1:1'],
    ['--resolve', '127.0.0.1'],
  ]) {
    const unfit = await headcount(t, ['--once', '--ipv', 'both', ...flags, 'http://a.example/'])
    t.is(unfit.code, 3)
    t.regex(unfit.stderr, /--ipv: .*ipv=both/)
  }
  const config = join(directoryOf(t), 'conf.yml')
  writeFileSync(config, 'ipv: 6\nurls: http://127.0.0.1:1/\n')
  const run = await headcount(t, [...ALL, '-4', '-c', config])
  t.like(parseLines(run.stdout)[0], { reason: 'refused' })
  const same = await headcount(t, [...ALL, '-c', config])
  t.like(parseLines(same.stdout)[0], { reason: 'policy' })
})

test('a proxy of a line, of a group, of the configuration and of the environment', async (t) => {
  const origin = await startOrigin(t)
  const asked: string[] = []
  const proxyOf = async (name: string) => {
    const { port } = await startProxy(t, (socket, text) => {
      asked.push(`${name} ${/http:\/\/[^/]*(\S*)/.exec(text)?.[1] ?? text}`)
      socket.end('HTTP/1.1 204 No Content\r\n\r\n')
    })
    return `http://me:secret@127.0.0.1:${port}`
  }
  const [first, second, third] = [await proxyOf('first'), await proxyOf('second'), await proxyOf('third')]
  const config = join(directoryOf(t), 'conf.yml')
  writeFileSync(
    config,
    `proxy: ${first}
urls:
  - http://a.example/top
  - http://a.example/line proxy=${second}
  - ${origin.url}/none proxy=none
groups:
  - proxy: ${third}
    urls: http://a.example/group
  - proxy: env
    urls: ['http://a.example/env', '${origin.url}/no-proxy']
`,
  )
  const env = { http_proxy: second, NO_PROXY: '127.0.0.0/8' }
  const { code, stdout, stderr } = await headcount(t, [...ALL, '-c', config], { env })
  t.is(stderr, '')
  t.is(code, 0)
  t.deepEqual(asked.toSorted(), ['first /top', 'second /env', 'second /line', 'third /group'])
  t.deepEqual(origin.requestPaths.toSorted(), ['/no-proxy', '/none'])
  t.false(stdout.includes('secret'))
  const flag = await headcount(t, [...ALL, '--proxy', 'http://me:secret@127.0.0.1:1', 'http://a.example/'])
  t.like(parseLines(flag.stdout)[0], { verdict: 'unknown', reason: 'proxy' })
  t.false(`${flag.stdout}${flag.stderr}`.includes('secret'))
  const list = join(directoryOf(t), 'list')
  writeFileSync(list, 'https://a.example/ proxy=socks4://me:secret@b\n')
  const bad = await headcount(t, ['--check', '-f', list])
  t.regex(
    bad.stdout + bad.stderr,
    /list:1:26: proxy: not a proxy such as http:\/\/proxy\.example:3128 or socks5h/,
  )
  t.false(`${bad.stdout}${bad.stderr}`.includes('secret'))
})

test('behind one proxy, a dead URL of one poller is down if another poller gets an answer, and all are unknown if none does', async (t) => {
  const proxy = await startProxy(t, (socket, text) =>
    socket.end(`HTTP/1.1 ${text.includes('alive') ? '204 No Content' : '502 Bad Gateway'}\r\n\r\n`),
  )
  const flags = [
    '--once',
    '--pool-size',
    '2',
    '--format',
    'json',
    '--proxy',
    `http://127.0.0.1:${proxy.port}`,
  ]
  const verdictsOf = async (...urls: string[]) => {
    const { stdout, code } = await headcount(t, [...flags, ...urls])
    t.is(code, 2)
    const states = parseLines(stdout).filter(({ type }) => type === 'state')
    return Object.fromEntries(
      states.map(({ url, verdict, reason }) => [String(url), `${String(verdict)} ${String(reason)}`]),
    )
  }
  const [dead, alive, gone] = [
    'http://dead.example/',
    'http://alive.example/',
    'http://gone.example/',
  ] as const
  // Origins take turns at pollers.
  t.deepEqual(await verdictsOf(dead, alive), { [dead]: 'down status', [alive]: 'up ok' })
  t.deepEqual(await verdictsOf(dead, gone), { [dead]: 'unknown proxy', [gone]: 'unknown proxy' })
})
