import { existsSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { MAX_CLIENTS } from '../../src/web/server/event-feed.ts'
import { directoryOf } from '../helpers/directory.ts'
import { limitConcurrency } from '../helpers/limit-concurrency.ts'
import { startListening } from '../helpers/listening.ts'
import { startOrigin } from '../helpers/origin.ts'
import { tcpServer } from '../helpers/tcp-server.ts'
import { RawClient } from '../helpers/raw-client.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const helper = (name: string) => fileURLToPath(new URL(`../helpers/${name}.ts`, import.meta.url))

limitConcurrency(test, 3)

const succeeds = /^probe_success 1$/m
/** Nothing is said of the target. */
const isLocalFault = /^probe_success 0$[^]*^headcount_probe_local_fault 1$/m

const pollerDies = test.macro({
  async exec(t, kind: string) {
    const silent = await startOrigin(t, () => {})
    const origin = await startOrigin(t)
    const { program, get } = await startListening(
      t,
      ['--timeout', '30s', '--interval', '1h', `${silent.url}/`],
      {
        env: {
          NODE_OPTIONS: `--import ${helper('fault')}`,
          FAULT_KIND: kind,
          FAULT_PORT: String(origin.port),
          FAULT_MARK: join(directoryOf(t), 'mark'),
        },
      },
    )
    await silent.requested('/')
    const probe = (url: string) =>
      get(`/probe?target=${url}`, { headers: { 'X-Prometheus-Scrape-Timeout-Seconds': '3' } })
    const inFlight = [1, 2, 3].map((n) => probe(`${silent.url}/${n}`))
    await Promise.all([1, 2, 3].map((n) => silent.requested(`/${n}`)))
    // The poller meets its fault as it connects.
    for (const { status, text } of await Promise.all([...inFlight, probe(`${origin.url}/`)])) {
      t.is(status, 200)
      t.regex(text, isLocalFault)
    }
    // A thread that hangs is ended later: nobody has waited for that.
    if (kind === 'hang') {
      t.notRegex(program.stderr, /was lost/)
      return
    }
    await program.until(({ stderr }) => /^poller 1 was lost/m.test(stderr))
    // Another one takes its place.
    let answer = await probe(`${origin.url}/`)
    while (!succeeds.test(answer.text)) {
      t.regex(answer.text, isLocalFault)
      answer = await probe(`${origin.url}/`)
    }
    t.deepEqual(new Set(origin.requestPaths), new Set(['/']))
  },
  title: (_, kind: string) =>
    `a poller that dies (${kind}) with probes in flight: all are answered in time, and truthfully`,
})
test(pollerDies, 'exit')
test(pollerDies, 'throw')
test(pollerDies, 'hang')

test('probes whose clients have gone end, and leave their places to others', async (t) => {
  let open = 0
  const silent = await startOrigin(t, ({ socket }) => {
    open++
    socket.once('close', () => open--)
  })
  const origin = await startOrigin(t)
  const { program, port, get } = await startListening(t, ['--interval', '1h', `${origin.url}/`])
  const request = `GET /probe?target=${silent.url}/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`
  // As many as there may be, on as many connections as there may be.
  const clients = await Promise.all(Array.from({ length: 256 }, () => RawClient.open(t, port)))
  for (const { socket } of clients) socket.write(request.repeat(8))
  await silent.requested('/')
  for (const { socket } of clients) socket.destroy()
  await waitUntil(() => open === 0)
  t.regex((await get(`/probe?target=${origin.url}/`)).text, succeeds)
  t.notRegex(program.stderr, /web thread/)
})

const MODULES = `modules:
  http: {prober: http}
  tls: {prober: tcp, tcp: {tls: true}}
  line: {prober: tcp, tcp: {query_response: [{expect: never}]}}
  dns: {prober: dns, dns: {query_name: a.example, transport_protocol: tcp}}
  dot: {prober: dns, dns: {query_name: a.example, transport_protocol: tcp, dns_over_tls: true}}
`

test('a probe whose client has gone closes its connection, whatever its prober waits for', async (t) => {
  const open = new Set<Socket>()
  const silent = await tcpServer(t, (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket)).resume()
    // Otherwise it would stay half open.
    socket.once('end', () => socket.end())
  })
  const modules = join(directoryOf(t), 'blackbox.yml')
  writeFileSync(modules, MODULES)
  const { port } = await startListening(t, ['--probe-config', modules])
  for (const module of ['http', 'tls', 'line', 'dns', 'dot']) {
    const client = await RawClient.open(t, port)
    client.send(
      `GET /probe?module=${module}&target=127.0.0.1:${silent.port} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
    )
    await waitUntil(() => open.size === 1)
    client.socket.destroy()
    await waitUntil(() => open.size === 0)
    t.is(client.received, '', module)
  }
})

test('SIGHUP while probes are in flight: they end as they began', async (t) => {
  const release = Promise.withResolvers<void>()
  const slow = await startOrigin(
    t,
    (_, response) => void release.promise.then(() => response.writeHead(404).end()),
  )
  const origin = await startOrigin(t, (_, response) => void response.writeHead(404).end())
  const modules = join(directoryOf(t), 'blackbox.yml')
  const write = (code: number) =>
    writeFileSync(modules, `modules: {m: {prober: http, http: {valid_status_codes: [${code}]}}}\n`)
  write(404)
  const { program, get } = await startListening(t, ['--probe-config', modules])
  const probe = (url: string) => get(`/probe?module=m&target=${url}/`)
  const old = Array.from({ length: 20 }, () => probe(slow.url))
  await slow.requested('/')
  write(200)
  program.child.kill('SIGHUP')
  while (succeeds.test((await probe(origin.url)).text));
  release.resolve()
  for (const { status, text } of await Promise.all(old)) {
    t.is(status, 200)
    // Those that had to wait for their turn may be made with either.
    t.regex(text, /^probe_http_status_code 404$/m)
  }
})

test('a web thread that dies while hundreds listen to events and probes are in flight is replaced for all of them', async (t) => {
  const silent = await startOrigin(t, () => {})
  const origin = await startOrigin(t)
  const mark = join(directoryOf(t), 'mark')
  const { program, port, get } = await startListening(t, ['--interval', '200ms', `${origin.url}/`], {
    env: { NODE_OPTIONS: `--import ${helper('web-fault')}`, FAULT_KIND: 'exit', FAULT_MARK: mark },
  })
  const listen = async () => {
    const client = await RawClient.open(t, port)
    client.send('GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
    return client
  }
  const events = async (count: number) => {
    const clients = await Promise.all(Array.from({ length: count }, listen))
    const listening = () => clients.filter(({ received }) => received.includes('event: summary'))
    await waitUntil(() => listening().length >= Math.min(count, MAX_CLIENTS) - 1)
    return clients
  }
  const probing = [1, 2].map((n) => get(`/probe?target=${silent.url}/${n}`))
  await Promise.all([1, 2].map((n) => silent.requested(`/${n}`)))
  const clients = await events(500)
  writeFileSync(mark, '')
  await Promise.all(clients.map(({ closed }) => closed))
  t.deepEqual(await Promise.all(probing.map(async (one) => (await one).status)), [0, 0])
  while ((await get('/-/ready')).status !== 200);
  t.false(existsSync(mark))
  // Its places are all free again, and an id that somebody has is good for the new thread.
  await events(MAX_CLIENTS)
  t.regex((await get(`/probe?target=${origin.url}/`)).text, succeeds)
  const printed = program.json.length
  await program.until(({ json }) => json.length > printed + 3)
  t.true(program.json.every(({ verdict = 'up' }) => verdict === 'up'))
})
