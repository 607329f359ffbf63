import type { Socket } from 'node:net'
import test from 'ava'
import type { Url } from '../../../src/resource/resource.ts'
import { selfSigned } from '../../helpers/certificates.ts'
import { HostileServer } from '../../helpers/hostile-server.ts'
import { dnsServer } from '../../helpers/dns-server.ts'
import { freePort } from '../../helpers/free-port.ts'
import { httpsServer } from '../../helpers/https-server.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { resource, TestPoller } from '../../helpers/test-poller.ts'
import { loopback, startSwitched } from '../../helpers/switched-origins.ts'

const refusing = async () => `http://127.0.0.1:${await freePort()}/` as Url

test('all URLs that were up fail and the canary too: all are unknown, reported once, and up again afterwards', async (t) => {
  const origins = await startSwitched(t, loopback(31))
  const [canary, ...urls] = origins.urls as [Url, ...Url[]]
  const poller = new TestPoller({ canaries: [canary], timeoutMs: 10_000 })
  t.teardown(() => poller.close())
  const resources = urls.map((url) => resource(url))
  const pollAll = () => Promise.all(resources.map((each) => poller.poll(each)))
  t.true((await pollAll()).every(({ verdict }) => verdict === 'up'))
  origins.stop()
  for (const state of await pollAll()) {
    t.deepEqual([state.verdict, state.reason, state.errCount], ['unknown', 'local', 0])
    t.regex(state.detail, /^this machine's uplink .*127\.0\.0\.1:\d+.*refused/)
  }
  t.true(
    (await pollAll()).every(({ verdict }) => verdict === 'unknown'),
    'those that were unknown, too',
  )
  t.is(poller.uplink.length, 1)
  t.deepEqual(poller.notices, [])
  await origins.start()
  t.true((await pollAll()).every(({ verdict }) => verdict === 'up'))
  t.deepEqual(poller.uplink.slice(1), [null])
})

test('all URLs that were up fail and the canary answers: all are down', async (t) => {
  const canary = await startOrigin(t)
  const origins = await startSwitched(t, loopback(30))
  const poller = new TestPoller({ canaries: [canary.url as Url], timeoutMs: 10_000 })
  t.teardown(() => poller.close())
  const resources = origins.urls.map((url) => resource(url))
  await Promise.all(resources.map((each) => poller.poll(each)))
  origins.stop()
  const states = await Promise.all(resources.map((each) => poller.poll(each)))
  t.true(states.every(({ verdict, reason }) => verdict === 'down' && reason === 'refused'))
  t.true(canary.requestPaths.length > 0 && canary.requestPaths.length <= 30)
  t.deepEqual(poller.uplink, [])
})

test('an outage that ends while canaries are polled changes no verdict', async (t) => {
  let asked = 0
  const server = await HostileServer.start({
    canary: (socket) => void (++asked === 1 ? socket.resetAndDestroy() : socket.end('HTTP/1.1 204 \r\n\r\n')),
  })
  t.teardown(() => server.close())
  const dead = await refusing()
  // Canaries are polled for a second. A busy machine may take longer for a round, and then it is an outage.
  for (let uplink: unknown[] = ['not polled']; uplink.length > 0;) {
    asked = 0
    const poller = new TestPoller({ canaries: [server.url('canary') as Url], timeoutMs: 10_000 })
    const polled = resource(dead, { verdict: 'up' })
    const [first, second] = [await poller.poll(polled), await poller.poll(polled)]
    await poller.close()
    const verdicts = [first, second].map(({ verdict, reason }) => `${verdict} ${reason}`)
    ;({ uplink } = poller)
    if (uplink.length === 0) t.deepEqual(verdicts, ['unknown local', 'down refused'])
  }
})

test('one answer of several canaries is enough, also a redirect to nowhere', async (t) => {
  const redirecting = await startOrigin(t, (_, response) => {
    response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
  })
  const canaries = [await refusing(), redirecting.url as Url, await refusing()]
  const poller = new TestPoller({ canaries })
  const state = await poller.poll(resource(await refusing(), { verdict: 'up' }))
  t.deepEqual([state.verdict, state.reason], ['down', 'refused'])
  await poller.close()
})

test('any answer of a canary is enough: one without the body that the flags ask for, and a redirect without a target', async (t) => {
  const server = await HostileServer.start({
    rest: (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx'),
    lost: (socket) => void socket.end('HTTP/1.1 302 Found\r\n\r\n'),
  })
  t.teardown(() => server.close())
  for (const [path, method] of [
    ['rest', 'GET'],
    ['lost', 'HEAD'],
  ] as const) {
    const flags = method === 'GET' ? { body: ['ok'] } : {}
    const poller = new TestPoller({ canaries: [server.url(path) as Url], ...flags })
    const state = await poller.poll(resource(await refusing(), { verdict: 'up' }))
    t.deepEqual([state.verdict, state.reason], ['down', 'refused'], state.detail)
    t.is(server.heads.at(-1)?.split(' ')[0], method)
    await poller.close()
  }
})

test('a canary of the list is asked by the method, and for the time, that its answer needs', async (t) => {
  // Not an address of this machine, whose failures say nothing of the uplink.
  const names = await dnsServer(t, { 'gone.example': { a: ['127.0.0.1'] } })
  const server = await HostileServer.start({
    get: (socket, { method }) => void (method === 'GET' && socket.end('HTTP/1.1 204 \r\n\r\n')),
    slow: (socket) => void setTimeout(() => socket.end('HTTP/1.1 204 \r\n\r\n'), 3_500),
  })
  t.teardown(() => server.close())
  for (const [path, how] of [
    ['get', { byGet: true }],
    ['slow', { tookMs: 20_000 }],
  ] as const) {
    const poller = new TestPoller({ timeoutMs: 3_000, resolvers: [names.address] })
    const url = server.url(path) as Url
    const canaries = ['192.0.2.1', '192.0.2.2'].map((address) => ({ url, address, ...how }))
    poller.poller.uplink.setSharedCanaries(canaries)
    const state = await poller.pollWithoutStall(`http://gone.example:${await freePort()}/`, { verdict: 'up' })
    t.deepEqual([state.verdict, state.reason], ['down', 'refused'], state.detail)
    t.deepEqual(poller.uplink, [])
    await poller.close()
  }
})

test('a certificate that is not accepted shows that the uplink works: the line of such a URL may accept it', async (t) => {
  const port = await httpsServer(t, await selfSigned([{ type: 'ip', value: '127.0.0.1' }]))
  const poller = new TestPoller({ canaries: [`https://127.0.0.1:${port}/` as Url] })
  const state = await poller.poll(resource(await refusing(), { verdict: 'up' }))
  t.deepEqual([state.verdict, state.reason], ['down', 'refused'], state.detail)
  t.deepEqual(poller.uplink, [])
  await poller.close()
})

test('an answer while canaries are polled shows that the uplink works', async (t) => {
  const other = await startOrigin(t)
  const asked = Promise.withResolvers<Socket>()
  let times = 0
  const server = await HostileServer.start({
    canary: (socket) => void (++times === 1 ? asked.resolve(socket) : socket.end('HTTP/1.1 204 \r\n\r\n')),
  })
  t.teardown(() => server.close())
  const poller = new TestPoller({ canaries: [server.url('canary') as Url], timeoutMs: 10_000 })
  const polled = poller.poll(resource(await refusing(), { verdict: 'up' }))
  const canary = await asked.promise
  t.is((await poller.poll(other.url)).verdict, 'up')
  canary.resetAndDestroy()
  t.is((await polled).verdict, 'down')
  t.deepEqual(poller.uplink, [])
  await poller.close()
})

test('without a canary the URL is down', async (t) => {
  const poller = new TestPoller()
  const state = await poller.poll(resource(await refusing(), { verdict: 'up' }))
  t.deepEqual([state.verdict, state.reason], ['down', 'refused'])
  await poller.close()
})

test('stop() does not wait for canaries', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  const asked = Promise.withResolvers<void>()
  const silent = await startOrigin(t, () => asked.resolve())
  const poller = new TestPoller({ canaries: [silent.url as Url], timeoutMs: 60_000 })
  const polled = poller.poll(resource(await refusing(), { verdict: 'up' }))
  await asked.promise
  await poller.close()
  t.is((await polled).verdict, 'down')
})
