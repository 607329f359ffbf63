import { writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { readCommand } from '../../../src/command/command.ts'
import { clientCertificates } from '../../../src/settings/client-certificates.ts'
import { requestFiles } from '../../../src/settings/request-files.ts'
import { URL_SETTINGS } from '../../../src/settings/url-setting-table.ts'
import type { UrlSetting } from '../../../src/settings/url-setting-table.ts'
import { Authority, selfSigned } from '../../helpers/certificates.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { freePort } from '../../helpers/free-port.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { headcount } from '../../helpers/program.ts'
import { tcpServer } from '../../helpers/tcp-server.ts'
import { TestPoller } from '../../helpers/test-poller.ts'

// Each setting on a line, in a group and in a configuration, with a server that tells whether it has an effect.

/** Settings whose effect takes more than one poll or a kept connection, and the test that shows it. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  interval: 'thorough/profiles',
  'error-backoff': 'schedule/cadence',
  'max-backoff': 'schedule/cadence',
  recheck: 'poll/resolved-profile',
  'keep-alive': 'poll/resolved-profile',
  http2: 'poll/http/http2',
  'down-after': 'thorough/e2e/thresholds',
  'up-after': 'thorough/e2e/thresholds',
  parent: 'thorough/parents',
}

/** What a setting makes of a URL. `also`: what it needs beside it. */
interface Case {
  readonly value: string
  /** Without it, the reason is another one. */
  readonly reason: string
  /** By default the server that knows the path. */
  readonly url?: string
  /** The name of a header. */
  readonly name?: string
  readonly also?: Readonly<Record<string, string>>
}

/** Answers by the last part of the path: 200 if the setting with this name has had its effect, else 404. */
function answer({ url = '', method, headers, socket }: IncomingMessage, response: ServerResponse): void {
  const key = /[^/]*$/.exec(url)?.[0] ?? ''
  const effects: Readonly<Record<string, () => boolean>> = {
    method: () => method === 'PUT',
    data: () => method === 'POST' && headers['content-length'] === '3',
    auth: () => headers.authorization === 'Bearer abc',
    header: () => headers['x-a'] === 'b',
    'user-agent': () => headers['user-agent'] === 'me/1',
    source: () => socket.remoteAddress === '127.0.0.9',
    accept: () => false,
  }
  if (key === 'timeout') return
  if (key === 'max-redirects') response.writeHead(302, { location: '/fine' })
  else if (key === 'get-fallback') response.writeHead(method === 'HEAD' ? 405 : 200)
  else response.writeHead(effects[key]?.() === false ? 404 : 200, { 'x-b': 'yes' })
  if (key === 'max-time') setTimeout(() => response.end(), 30)
  else response.end(method === 'HEAD' ? '' : '{"a":1}')
}

async function secure(t: ExecutionContext, options: object): Promise<string> {
  const server = createHttpsServer(options, answer)
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function casesFor(t: ExecutionContext, directory: string): Promise<Readonly<Record<string, Case>>> {
  const authority = await Authority.create()
  const pair = await authority.issue([{ type: 'ip', value: '127.0.0.1' }])
  const client = await authority.issueWith([])
  for (const [file, text] of Object.entries({
    'ca.pem': authority.pem,
    'a.pem': client.cert,
    'a.key': client.key,
    token: 'abc',
  }))
    writeFileSync(join(directory, file), text, { mode: 0o600 })
  const unix = createHttpServer(answer).listen(join(directory, 'sock'))
  await once(unix, 'listening')
  t.teardown(() => unix.close())
  const origin = await startOrigin(t, answer)
  const dead = await freePort()
  const good = await secure(t, pair)
  const mutual = await secure(t, { ...pair, requestCert: true, ca: authority.pem })
  const greeting = await tcpServer(t, (socket) => void socket.end('554 no\r\n'))
  const echo = await tcpServer(t, (socket) => void socket.pipe(socket))
  const none = '0'.repeat(64)
  const cases: Readonly<Record<string, Case>> = {
    timeout: { value: '2s', reason: 'timeout' },
    method: { value: 'PUT', reason: 'ok' },
    data: { value: 'a=b', reason: 'ok' },
    auth: { value: 'bearer:@token', reason: 'ok' },
    'max-redirects': { value: '0', reason: 'status' },
    header: { name: 'X-A', value: 'b', reason: 'ok' },
    response: { name: 'X-B', value: '/no/', reason: 'header' },
    'user-agent': { value: 'me/1', reason: 'ok' },
    accept: { value: '404', reason: 'ok' },
    'get-fallback': { value: 'off', reason: 'status' },
    want: { value: 'down', url: `http://127.0.0.1:${dead}`, reason: 'ok' },
    'max-time': { value: '1ms', reason: 'slow' },
    body: { value: 'none', reason: 'body' },
    'body-not': { value: 'a', reason: 'body' },
    json: { value: 'a=2', reason: 'body' },
    'body-limit': { value: '1', also: { body: 'a' }, reason: 'body' },
    'max-size': { value: '1', reason: 'body' },
    insecure: { value: 'on', url: await secure(t, await selfSigned([])), reason: 'ok' },
    cert: { value: 'a.pem', also: { key: 'a.key' }, url: mutual, reason: 'ok' },
    key: { value: 'a.key', also: { cert: 'a.pem' }, url: mutual, reason: 'ok' },
    'cert-days': { value: '99', url: good, reason: 'tls-expiring' },
    'cert-sha256': { value: none, url: good, reason: 'tls-pin' },
    'spki-sha256': { value: none, url: good, reason: 'tls-pin' },
    'min-tls': {
      value: '1.3',
      url: await secure(t, { ...pair, maxVersion: 'TLSv1.2' }),
      reason: 'tls-version',
    },
    'server-name': { value: 'other.example', url: good, reason: 'tls-hostname' },
    ipv4: { value: 'on', url: `http://[::1]:${dead}`, reason: 'policy' },
    ipv6: { value: 'on', reason: 'policy' },
    ipv: { value: '6', reason: 'policy' },
    resolve: { value: '127.0.0.1', url: `http://a.example:${origin.port}`, reason: 'ok' },
    source: { value: '127.0.0.9', reason: 'ok' },
    unix: { value: join(directory, 'sock'), url: `http://127.0.0.1:${dead}`, reason: 'ok' },
    proxy: { value: `127.0.0.1:${dead}`, reason: 'proxy' },
    starttls: { value: 'smtp', url: `tls://127.0.0.1:${greeting.port}`, reason: 'protocol' },
    send: { value: 'hello', also: { expect: 'hello' }, url: `tcp://127.0.0.1:${echo.port}`, reason: 'ok' },
    expect: { value: 'none', url: `tcp://127.0.0.1:${greeting.port}`, reason: 'body' },
  }
  return Object.fromEntries(Object.entries(cases).map(([key, one]) => [key, { url: origin.url, ...one }]))
}

const SETTINGS: readonly UrlSetting[] = URL_SETTINGS
const nameOf = ({ named, name }: UrlSetting) => named?.prefix ?? name

/** The URL of a setting in one of the three places, which tell URLs of one server apart. */
function urlOf({ url = '' }: Case, key: string, place: string): string {
  if (url.startsWith('http')) return `${url}/${place}/${key}`
  return place === 'group' ? url.replace('127.0.0.1', 'localhost') : url
}

/** The lines of a configuration, at the top or in a group. */
function entriesOf(key: string, { value, name, also = {} }: Case): string[] {
  const row = SETTINGS.find((one) => nameOf(one) === key) as UrlSetting
  const own: readonly [string, string] =
    name === undefined
      ? [key, JSON.stringify(value)]
      : [row.named?.mapKey ?? '', `{ ${name}: ${JSON.stringify(value)} }`]
  const others = Object.entries(also).map(([one, text]) => [one, JSON.stringify(text)] as const)
  // What is sent comes before what is expected.
  return [own, ...others].map((entry) => entry.join(': '))
}

test('each setting has its effect on a line, in a group and in the configuration', async (t) => {
  const directory = directoryOf(t)
  const cases = await casesFor(t, directory)
  t.deepEqual([...Object.keys(cases), ...Object.keys(ELSEWHERE)].toSorted(), SETTINGS.map(nameOf).toSorted())
  const groups: string[] = []
  const lines: string[] = []
  const expected: Record<string, string> = {}
  for (const [key, one] of Object.entries(cases)) {
    const [line, group] = [urlOf(one, key, 'line'), urlOf(one, key, 'group')]
    const settings = Object.entries({
      [one.name === undefined ? key : `${key}.${one.name}`]: one.value,
      ...one.also,
    })
    lines.push([line, ...settings.map(([name, value]) => `${name}="${value}"`)].join(' '))
    expected[line] = one.reason
    expected[group] = one.reason
    groups.push(`  - urls: ["${group}"]\n    ${entriesOf(key, one).join('\n    ')}\n`)
  }
  writeFileSync(join(directory, 'list.txt'), `${lines.join('\n')}\n`)
  const config = join(directory, 'headcount.yml')
  const head = 'cacert: ca.pem\n'
  writeFileSync(config, `${head}timeout: 20s\nfiles: list.txt\ngroups:\n${groups.join('')}`)
  const { stdout, stderr } = await headcount(t, [
    '-c',
    config,
    '--once',
    '--format',
    'json',
    '--pool-size',
    '1',
  ])
  const states = stdout
    .split('\n')
    .flatMap((line) =>
      line === '' ? [] : [JSON.parse(line) as { url?: string; reason: string; detail: string }],
    )
  const found = states.flatMap(({ url, reason, detail }) =>
    // On a busy machine the thread may stand still: then the detail says what would have been found.
    url === undefined
      ? []
      : [[url, / for \d+ ms(?: in all)? \((\S+): /.exec(detail)?.[1] ?? reason] as const],
  )
  t.deepEqual(Object.fromEntries(found), expected, stderr)
  for (const [key, one] of Object.entries(cases)) {
    const file = join(directory, 'top.yml')
    writeFileSync(file, `${head}${entriesOf(key, one).join('\n')}\n`)
    const url = urlOf(one, key, 'top')
    const request = await readCommand(['-c', file, url], {})
    if (request.type === 'print') {
      t.fail(`${key}: ${request.text}`)
      continue
    }
    const { poll } = request.options
    const poller = new TestPoller(key === 'timeout' ? poll : { ...poll, timeoutMs: 20_000 })
    poller.poller.setFiles([...requestFiles.all(), ...clientCertificates.all()])
    const state = await poller.pollWithoutStall(url)
    await poller.close()
    t.is(state.reason, one.reason as never, `${key}: ${state.detail}`)
  }
})
