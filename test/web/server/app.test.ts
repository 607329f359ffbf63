import test from 'ava'
import type { ExecutionContext } from 'ava'
import { AlerterError } from '../../../src/web/server/alerter-client.ts'
import { createApp } from '../../../src/web/server/app.ts'
import type { AppParts } from '../../../src/web/server/app.ts'
import { HttpServer } from '../../../src/web/server/http-server.ts'
import { MonitorError } from '../../../src/web/server/monitor-client.ts'
import { RecorderError } from '../../../src/web/server/recorder-client.ts'
import { RawClient } from '../../helpers/raw-client.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

/** Starts a server with parts that fail unless a test gives others. Returns what asks it for a path. */
async function start(t: ExecutionContext, parts: Partial<AppParts>) {
  const { port } = await listening(t, parts)
  return (path: string) => fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } })
}

async function listening(
  t: ExecutionContext,
  parts: Partial<AppParts>,
  responseTimeoutMs = 30_000,
): Promise<{ port: number }> {
  const gone = () => Promise.reject(new MonitorError('the monitor does not answer'))
  const app = createApp({
    prefix: '/',
    monitor: { ask: gone },
    recorder: { ask: () => Promise.reject(new RecorderError('there is no recorder')) },
    alerter: { isThere: false, ask: () => Promise.reject(new AlerterError('there is no alerter')) },
    events: { isFull: true, add: () => t.fail() },
    wallEvents: { isFull: true, add: () => t.fail() },
    scraper: { scrape: gone },
    probes: { probe: () => Promise.resolve('lost'), served: { modules: [], yaml: '' } },
    page: { paths: [], answer: () => Promise.reject(new Error('no page here')) },
    isPolling: () => true,
    reload: () => Promise.resolve({ rejected: [], subject: 'the lists' }),
    settings: () => Promise.resolve(null),
    failed: (error) => t.fail(error.message),
    ...parts,
  })
  const server = new HttpServer((request, env) => app.fetch(request, env), { responseTimeoutMs })
  const port = await server.listen({ host: '127.0.0.1', port: 0 }, (error) => t.fail(error.message))
  t.teardown(() => server.close())
  return { port }
}

test('it is not ready before the first polls', async (t) => {
  const get = await start(t, { isPolling: () => false, monitor: { ask: () => Promise.resolve() as never } })
  t.is((await get('/-/ready')).status, 503)
  t.is((await get('/-/healthy')).status, 200)
})

test('with a prefix, nothing is outside of it', async (t) => {
  const get = await start(t, { prefix: '/monitoring/headcount' })
  const statuses = await Promise.all(
    [
      '/monitoring/headcount/-/healthy',
      '/-/healthy',
      '/monitoring/headcount',
      '/monitoring/headcountx/-/healthy',
      '/monitoring/headcount/%2e%2e/headcount/-/healthy',
    ].map(async (path) => (await get(path)).status),
  )
  t.deepEqual(statuses, [200, 404, 404, 404, 200])
})

test('without a monitor it is healthy, not ready, and has no metrics', async (t) => {
  const get = await start(t, {})
  t.is((await get('/-/healthy')).status, 200)
  for (const path of ['/-/ready', '/metrics']) {
    const response = await get(path)
    t.is(response.status, 503)
    t.is(response.headers.get('retry-after'), '5')
    t.is(await response.text(), 'the monitor does not answer\n')
  }
})

test('too many scrapes at once are refused, and only as long as the others last', async (t) => {
  const waiting = Promise.withResolvers<never>()
  let scrapes = 0
  const scrape = () => {
    scrapes++
    return waiting.promise
  }
  const get = await start(t, { scraper: { scrape } })
  const pending = Array.from({ length: 8 }, () => get('/metrics'))
  await waitUntil(() => scrapes === 8)
  const refused = await get('/metrics')
  t.is(refused.status, 503)
  t.is(await refused.text(), 'too many scrapes at once\n')
  waiting.reject(new MonitorError('over'))
  for (const response of await Promise.all(pending)) t.is(await response.text(), 'over\n')
  t.is(await (await get('/metrics')).text(), 'over\n')
})

test('an error that nothing handles is reported, and says nothing to the client', async (t) => {
  const errors: string[] = []
  const get = await start(t, {
    monitor: { ask: () => Promise.reject(new Error('secret')) },
    failed: ({ message }) => errors.push(message),
  })
  const response = await get('/-/ready')
  t.is(response.status, 500)
  t.is(await response.text(), 'internal error\n')
  t.deepEqual(errors, ['secret'])
})

const SERVED = {
  modules: [{ name: 'http_2xx', prober: 'http', timeoutMs: 0, host: null, yaml: '' }],
  yaml: '',
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`

test('a client that leaves frees the places of all its requests, also of those that it has pipelined', async (t) => {
  const probes: { gone: boolean }[] = []
  let scrapes = 0
  const { port } = await listening(t, {
    scraper: {
      scrape: () => {
        scrapes++
        return Promise.withResolvers<never>().promise
      },
    },
    probes: {
      served: SERVED,
      probe: (_, whenGone) => {
        const probe = { gone: false }
        probes.push(probe)
        whenGone(() => (probe.gone = true))
        return Promise.withResolvers<never>().promise
      },
    },
  })
  for (let left = 2; left > 0;) {
    const before = scrapes
    const client = await RawClient.open(t, port)
    client.send(get('/metrics').repeat(8))
    // The server may not have seen yet that the one before has left.
    await waitUntil(() => scrapes === before + 8 || client.received.includes('503'))
    if (scrapes === before + 8) left--
    client.socket.destroy()
  }
  const client = await RawClient.open(t, port)
  client.send(get('/probe?target=a').repeat(8))
  await waitUntil(() => probes.length === 8)
  t.true(probes.every(({ gone }) => !gone))
  client.socket.destroy()
  await waitUntil(() => probes.every(({ gone }) => gone))
})

test('a page of another site has no probe made', async (t) => {
  const probed: string[] = []
  const { port } = await listening(t, {
    probes: {
      served: SERVED,
      probe: ({ target }) => {
        probed.push(target)
        return Promise.resolve('lost')
      },
    },
  })
  const answerTo = async (target: string, header: string) =>
    (await RawClient.open(t, port)).sendAndRead(
      `GET /probe?target=${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${header}Connection: close\r\n\r\n`,
    )
  for (const header of [
    'Origin: https://evil.example\r\n',
    'Sec-Fetch-Site: cross-site\r\n',
    'Sec-Fetch-Site: same-site\r\n',
  ])
    t.regex(await answerTo('evil', header), /^HTTP\/1\.1 403 .*a page of another site may not do that\n$/s)
  t.deepEqual(probed, [])
  for (const header of ['', 'Sec-Fetch-Site: none\r\n', 'Sec-Fetch-Site: same-origin\r\n'])
    t.regex(await answerTo('mine', header), /^HTTP\/1\.1 200 /)
  t.is(probed.length, 3)
})

test('a probe may take longer than other responses, under a prefix and with a whole URL as its target', async (t) => {
  const release = Promise.withResolvers<'lost'>()
  let probes = 0
  const { port } = await listening(
    t,
    {
      prefix: '/hc',
      scraper: { scrape: () => Promise.withResolvers<never>().promise },
      probes: {
        served: SERVED,
        probe: () => {
          probes++
          return release.promise
        },
      },
    },
    100,
  )
  const clients = await Promise.all(
    ['/hc/probe?target=a', 'http://localhost/hc/probe?target=a'].map(async (path) => {
      const client = await RawClient.open(t, port)
      client.send(get(path))
      return client
    }),
  )
  await waitUntil(() => probes === 2)
  const scraping = await RawClient.open(t, port)
  t.is(await scraping.sendAndRead(get('/hc/metrics')), '')
  release.resolve('lost')
  await waitUntil(() => clients.every(({ received }) => received.startsWith('HTTP/1.1 200 ')))
  t.pass()
})
