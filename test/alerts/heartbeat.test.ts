import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import test from 'ava'
import { Heartbeat } from '../../src/alerts/delivery/heartbeat.ts'
import type { SendResult } from '../../src/alerts/notification.ts'

async function request(url: string, signal: AbortSignal): Promise<SendResult> {
  try {
    const { ok, status } = await fetch(url, { signal })
    return ok ? { type: 'sent', said: `${status}` } : { type: 'retry', said: `${status}`, retryAfterMs: null }
  } catch (error) {
    return { type: 'retry', said: String(error), retryAfterMs: null }
  }
}

test('a URL is requested each interval while headcount is healthy', async (t) => {
  let status = 200
  let requests = 0
  const server = createServer((_, response) => {
    requests += 1
    response.writeHead(status).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const warnings: string[] = []
  let isHealthy = true
  const heartbeat = new Heartbeat({
    url: `http://127.0.0.1:${port}/beat`,
    intervalMs: 60_000,
    isHealthy: () => isHealthy,
    request,
    warn: (line) => warnings.push(line),
  })
  await heartbeat.tick(0)
  t.is(heartbeat.nextDue, 60_000)
  await heartbeat.tick(59_999)
  t.is(requests, 1)
  await heartbeat.tick(60_000)
  t.is(requests, 2)
  isHealthy = false
  await heartbeat.tick(120_000)
  t.is(requests, 2)
  // One that is due then is made as soon as it is healthy again.
  isHealthy = true
  status = 500
  t.is(heartbeat.nextDue, 121_000)
  await heartbeat.tick(121_000)
  t.is(requests, 3)
  t.is(heartbeat.nextDue, 181_000)
  await heartbeat.tick(181_000)
  t.is(requests, 4)
  t.deepEqual(warnings, ['heartbeat: 500'])
  status = 200
  await heartbeat.tick(241_000)
  t.deepEqual(warnings, ['heartbeat: 500', 'heartbeat: it is sent again'])
})
