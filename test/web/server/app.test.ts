import test from 'ava'
import type { ExecutionContext } from 'ava'
import { createApp } from '../../../src/web/server/app.ts'
import type { AppParts } from '../../../src/web/server/app.ts'
import { HttpServer } from '../../../src/web/server/http-server.ts'
import { MonitorError } from '../../../src/web/server/monitor-client.ts'
import { RecorderError } from '../../../src/web/server/recorder-client.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

/** Starts a server with parts that fail unless a test gives others. Returns what asks it for a path. */
async function start(t: ExecutionContext, parts: Partial<AppParts>) {
  const gone = () => Promise.reject(new MonitorError('the monitor does not answer'))
  const app = createApp({
    prefix: '/',
    monitor: { ask: gone },
    recorder: { ask: () => Promise.reject(new RecorderError('there is no recorder')) },
    events: { isFull: true, add: () => t.fail() },
    scraper: { scrape: gone },
    probes: { probe: () => Promise.resolve('lost'), served: { modules: [], yaml: '' } },
    isPolling: () => true,
    reload: () => Promise.resolve({ rejected: [], subject: 'the lists' }),
    failed: (error) => t.fail(error.message),
    ...parts,
  })
  const server = new HttpServer((request, env) => app.fetch(request, env))
  const port = await server.listen({ host: '127.0.0.1', port: 0 }, (error) => t.fail(error.message))
  t.teardown(() => server.close())
  return (path: string) => fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } })
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
