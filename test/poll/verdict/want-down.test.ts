import test from 'ava'
import type { ExecutionContext } from 'ava'
import { REASON_FACTS } from '../../../src/state/reasons.ts'
import { freePort } from '../../helpers/free-port.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { resource, TestPoller } from '../../helpers/test-poller.ts'
import type { PollOptions } from '../../../src/settings/poll-options.ts'
import type { Url } from '../../../src/resource/resource.ts'

function poller(t: ExecutionContext, different: Partial<PollOptions> = {}): TestPoller {
  const one = new TestPoller({ want: 'down', timeoutMs: 10_000, ...different })
  t.teardown(() => one.close())
  return one
}

test('a valid answer is unexpected, whatever its status', async (t) => {
  const { url } = await startOrigin(t, (request, response) => {
    if (request.url === '/loop') response.writeHead(302, { location: '/loop' }).end()
    else response.writeHead(request.url === '/busy' ? 503 : 200).end()
  })
  const wanting = poller(t)
  for (const [path, status, detail] of [
    ['/', 200, 'it answers: 200 OK'],
    ['/busy', 503, 'it answers: 503 Service Unavailable'],
    ['/loop', 0, 'it answers (the redirect leads nowhere: a loop)'],
  ] as const) {
    const state = await wanting.pollWithoutStall(`${url}${path}`)
    t.like(state, { verdict: 'down', reason: 'unexpected', status, errCount: 0 })
    if (path !== '/loop') t.is(state.detail, detail)
    else t.regex(state.detail, /^it answers \(.*loop.*\)$/)
  }
})

test('a redirect is an answer, wherever it leads', async (t) => {
  const dead = `127.0.0.1:${await freePort()}`
  const { url } = await startOrigin(t, (_, response) =>
    response.writeHead(301, { location: `http://${dead}/` }).end(),
  )
  t.like(await poller(t).pollWithoutStall(url), {
    verdict: 'down',
    reason: 'unexpected',
    detail: `it answers: a redirect (refused: ${REASON_FACTS.refused.text} ${dead})`,
    errCount: 0,
  })
})

test('no valid answer is up, and slows the polls down no more than an answer', async (t) => {
  const port = await freePort()
  const polled = resource(`http://127.0.0.1:${port}/`)
  t.like(await poller(t).poll(polled), {
    verdict: 'up',
    reason: 'ok',
    status: 0,
    errCount: 0,
    detail: `no answer (refused: ${REASON_FACTS.refused.text} 127.0.0.1:${port})`,
  })
  t.like(polled, { verdict: 'up', errCount: 0 })
})

test('a tcp URL that accepts connections is unexpected too', async (t) => {
  const { port } = await startOrigin(t)
  t.like(await poller(t).pollWithoutStall(`tcp://127.0.0.1:${port}`), {
    verdict: 'down',
    reason: 'unexpected',
    detail: 'it answers',
  })
})

test('a URL that answered is asked a second time before it counts as down, as wanted', async (t) => {
  let requests = 0
  const { url } = await startOrigin(t, (request, response) => {
    if (++requests % 2 === 1) request.socket.resetAndDestroy()
    else response.end()
  })
  const wanting = poller(t)
  const before = { verdict: 'down' } as const
  t.like(await wanting.poll(resource(url, before)), { reason: 'unexpected', rechecked: true })
  t.is(requests, 2)
  // One that did not answer before has nothing to lose.
  t.like(await wanting.poll(resource(url, { verdict: 'up' })), { reason: 'ok', rechecked: false })
})

test('what is unknown stays unknown: the uplink is out', async (t) => {
  const canary = `http://127.0.0.1:${await freePort()}/` as Url
  const url = `http://127.0.0.1:${await freePort()}/`
  const wanting = poller(t, { canaries: [canary], timeoutMs: 2_000 })
  for (const verdict of ['down', 'unknown', 'pending'] as const)
    t.like(await wanting.poll(resource(url, { verdict })), { verdict: 'unknown', reason: 'local' })
})

test('an address that a flag forbids was not asked', async (t) => {
  const { url } = await startOrigin(t)
  t.like(await poller(t, { denyPrivate: true }).poll(url), { verdict: 'down', reason: 'policy' })
})
