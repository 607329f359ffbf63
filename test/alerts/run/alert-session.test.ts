import { setImmediate } from 'node:timers/promises'
import { MessageChannel } from 'node:worker_threads'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import type { DeliveryList } from '../../../src/alerts/run/alert-question.ts'
import { AlertSession } from '../../../src/alerts/run/alert-session.ts'
import { packPoll } from '../../../src/alerts/run/poll-batch.ts'
import type { SentPoll } from '../../../src/alerts/run/poll-batch.ts'
import { AlertStore } from '../../../src/alerts/store/alert-store.ts'
import { Packer } from '../../../src/resource/packer.ts'
import type { ResourceId } from '../../../src/resource/resource.ts'
import { packUrl } from '../../../src/state/url-batch.ts'
import { AlertQuestionHandler } from '../../../src/threads/alert-question-handler.ts'
import { AlerterClient, AlerterError } from '../../../src/web/server/alerter-client.ts'
import { brief } from '../../helpers/alert-run.ts'
import { ruleOf, webRule } from '../../helpers/alert-samples.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { receiverServer } from '../../helpers/receiver-server.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

const id = 1 as ResourceId

function urlsOf(...urls: readonly (readonly [id: number, generation: number, url: string])[]): ArrayBuffer {
  const packer = new Packer()
  for (const [row, generation, url] of urls)
    packUrl(packer, {
      id: row as ResourceId,
      url,
      generation,
      verdict: 'pending',
      errCount: 0,
      labels: '{"team":"web"}',
      settling: null,
      settings: null,
      place: null,
      earlier: null,
    })
  return packer.take()
}

function pollsOf(verdict: SentPoll['verdict'], count = 1, generation = 0, row: number = id): ArrayBuffer {
  const packer = new Packer()
  for (let n = 0; n < count; n++)
    packPoll(packer, {
      id: row as ResourceId,
      generation,
      at: Date.now(),
      verdict,
      reason: verdict === 'up' ? 'ok' : 'status',
      status: verdict === 'up' ? 200 : 503,
      detail: '',
      durationMs: 1,
      errCount: n,
      certificateExpiresAt: Number.NaN,
    })
  return packer.take()
}

/** A session whose only rule tells a webhook of `http://a.example/`, which is down after three polls. */
async function sessionOf(
  t: ExecutionContext,
  answer?: Parameters<typeof receiverServer>[1],
  keepsState = true,
  asleepMs = 0,
  once = false,
) {
  const hook = await receiverServer(t, answer)
  const store = new AlertStore(`${directoryOf(t)}/alerts.db`, { now: Date.now, warn: () => {} })
  const receiver = {
    name: 'ops',
    type: 'webhook',
    settings: { url: `${hook.origin}/`, headers: [], body: null, secret: null },
    fallback: null,
    fallbackAfterMs: 0,
    perMinute: 600,
  }
  const config = {
    receivers: [receiver],
    rules: [webRule({ groupWaitMs: 0 })],
    maintenance: [],
    heartbeat: null,
  }
  const said: string[] = []
  const askedUptimes: number[] = []
  const session = new AlertSession(
    store,
    {
      config,
      once,
      keepsState,
      fence: null,
      link: 'http://status.example/',
      userAgent: 'test',
      ca: null,
    },
    {
      now: Date.now,
      wallNow: () => Date.now() + asleepMs,
      warn: (line) => said.push(line),
      uptimeOf(_url, _overMs, at) {
        askedUptimes.push(at)
        return Promise.resolve(once ? 0 : null)
      },
      isHealthy: () => true,
    },
  )
  session.intake.forgetUrls()
  session.intake.register(urlsOf([1, 0, 'http://a.example/']))
  session.intake.allRegistered(true)
  t.teardown(() => session.finish(0))
  return { session, hook, config, said, askedUptimes }
}

test('three polls that are down are told, with a link to the page of the URL, and what is up again too', async (t) => {
  const { session, hook } = await sessionOf(t)
  session.intake.receive(pollsOf('down', 2))
  session.intake.receive(pollsOf('down'))
  await waitUntil(() => hook.received.length === 1)
  const body = JSON.parse(hook.received[0]?.body ?? '') as { link: string }
  t.is(body.link, 'http://status.example/url?u=http%3A%2F%2Fa.example%2F')
  await waitUntil(() => session.figures.pending === 0)
  t.deepEqual(session.figures.firing, [[['web', 'down'], 1]])
  session.intake.receive(pollsOf('up'))
  await waitUntil(() => hook.received.length === 2)
  t.deepEqual(hook.received.map(brief), ['down firing /', 'down resolved /'])
})

test('an Alertmanager is told the end of what it has and does not fire, and no other', async (t) => {
  const labels = { headcount_group: 'g', alertname: 'HeadcountDown' }
  const [first, second, third] = ['http://a.example/', 'http://b.example/', 'http://gone.example/']
  const listed = [first, second, third].map((url) => ({
    labels: { ...labels, url },
    annotations: {},
    startsAt: '2026-01-01T00:00:00.000Z',
  }))
  const { session, hook, config } = await sessionOf(t, (response) => response.end(JSON.stringify(listed)))
  session.intake.register(urlsOf([2, 0, second ?? '']))
  const settings = { url: `${hook.origin}/`, headers: [] }
  const receivers = config.receivers.map((one) => ({ ...one, type: 'alertmanager', settings }))
  session.configure({ ...config, receivers }, '')
  const posts = () => hook.received.filter(({ method }) => method === 'POST')
  for (const row of [1, 2]) {
    session.intake.receive(pollsOf('down', 3, 0, row))
    await waitUntil(() => posts().length === row)
  }
  session.intake.receive(pollsOf('up'))
  await waitUntil(() => posts().length > 2)
  const ended = JSON.parse(posts()[2]?.body ?? '') as { readonly labels: { readonly url: string } }[]
  t.deepEqual(new Set(ended.map((alert) => alert.labels.url)), new Set([first, third]))
})

test('after the machine was suspended all is told at once, with the times of its clock', async (t) => {
  const DAY_MS = 86_400_000
  const { session, hook } = await sessionOf(t, undefined, true, DAY_MS)
  session.intake.receive(pollsOf('down', 3))
  await waitUntil(() => hook.received.length === 1)
  session.intake.receive(pollsOf('up'))
  await waitUntil(() => hook.received.length === 2)
  await waitUntil(() => session.figures.pending === 0)
  const { since, resolvedAt, at } = JSON.parse(hook.received[1]?.body ?? '') as Record<string, string>
  const isTomorrow = (time: string | undefined) =>
    Math.abs(Date.parse(time ?? '') - Date.now() - DAY_MS) < DAY_MS / 2
  const { deliveries } = session.desk.answer({ type: 'deliveries', state: 'sent', limit: 1 }) as DeliveryList
  const times = [
    since,
    resolvedAt,
    at,
    ...deliveries.map(({ finishedAt }) => new Date(finishedAt ?? 0).toISOString()),
  ]
  t.deepEqual(times.map(isTomorrow), [true, true, true, true])
})

test('after the machine was suspended the history is asked for the uptime up to now by its clock', async (t) => {
  const DAY_MS = 86_400_000
  const { session, config, askedUptimes } = await sessionOf(t, undefined, true, DAY_MS)
  const rule = ruleOf('slo', { uptime: { below: 0.9, overMs: 30_000 } }, { groupWaitMs: 0 })
  session.intake.receive(pollsOf('up'))
  session.configure({ ...config, rules: [rule] }, '')
  t.is(askedUptimes.length, 1)
  t.true(Math.abs((askedUptimes[0] ?? 0) - Date.now() - DAY_MS) < DAY_MS / 2)
})

test('a URL whose id has another owner by now is not forgotten, and polls of the one before do not count', async (t) => {
  const { session, hook } = await sessionOf(t)
  session.intake.register(urlsOf([1, 1, 'http://b.example/']))
  const gone = new Packer()
  gone.u32(1)
  gone.u16(0)
  session.intake.unregister(gone.take())
  session.intake.receive(pollsOf('down', 3))
  session.intake.receive(pollsOf('down', 3, 1))
  await waitUntil(() => hook.received.length === 1)
  t.true(hook.received[0]?.body.includes('http://b.example/'))
})

test('people ask over a port what fires, silence it, acknowledge it, and see what was sent', async (t) => {
  const { session, hook } = await sessionOf(t)
  const { port1, port2 } = new MessageChannel()
  t.teardown(() => port1.close())
  new AlertQuestionHandler((question) => session.desk.answer(question)).listen(port1)
  const client = new AlerterClient()
  await t.throwsAsync(client.ask({ type: 'silences' }), { instanceOf: AlerterError })
  client.setPort(port2)
  session.intake.receive(pollsOf('down', 3))
  await waitUntil(() => hook.received.length === 1)
  const { alerts, total } = await client.ask({ type: 'alerts', limit: 10 })
  t.is(total, 1)
  t.like(alerts[0], { phase: 'told', isMuted: false, acknowledged: null })
  // What the last poll saw, not what was told.
  session.intake.receive(pollsOf('down', 2))
  const later = (await client.ask({ type: 'alerts', limit: 10 })).alerts[0]?.alert.summary
  t.deepEqual([alerts[0]?.alert.summary, later], ['down for 3 polls: 503', 'down for 5 polls: 503'])
  t.deepEqual(await client.ask({ type: 'acknowledge', key: alerts[0]?.alert.key ?? '', by: 'ann' }), {
    isDone: true,
  })
  t.deepEqual(await client.ask({ type: 'acknowledge', key: 'none', by: 'ann' }), { isDone: false })
  t.like((await client.ask({ type: 'alerts', limit: 10 })).alerts[0], { acknowledged: { by: 'ann' } })
  await waitUntil(() => session.figures.pending === 0)
  const sent = await client.ask({ type: 'deliveries', state: 'sent', limit: 5 })
  t.like(sent.deliveries[0], { receiver: 'ops', title: 'web: down firing' })
  const silence = {
    id: null,
    urls: [],
    match: [{ label: 'team', isPositive: true, values: null, pattern: 'w.b' }],
    author: 'ann',
    comment: '',
    from: null,
    to: Date.now() + 60_000,
  }
  const made = await client.ask({ type: 'silence', silence })
  t.is(made.why, '')
  t.like((await client.ask({ type: 'silences' })).silences[0], { id: made.id, author: 'ann' })
  t.true((await client.ask({ type: 'alerts', limit: 10 })).alerts[0]?.isMuted)
  t.is((await client.ask({ type: 'silence', silence: { ...silence, to: 1 } })).id, null)
  const longer = { ...silence, id: made.id, comment: 'disks' }
  t.is((await client.ask({ type: 'silence', silence: longer })).id, made.id)
  t.is((await client.ask({ type: 'silence', silence: { ...longer, id: 'another' } })).id, null)
  t.is((await client.ask({ type: 'silences' })).silences.length, 1)
  const wrong = { label: 'team', isPositive: true, values: null, pattern: '(' }
  t.is((await client.ask({ type: 'silence', silence: { ...silence, match: [wrong] } })).id, null)
  t.deepEqual(await client.ask({ type: 'endSilence', id: made.id ?? '' }), { isDone: true })
  t.deepEqual(await client.ask({ type: 'endSilence', id: made.id ?? '' }), { isDone: false })
})

test('other rules end the alerts of those that are gone', async (t) => {
  const { session, hook, config } = await sessionOf(t)
  session.intake.receive(pollsOf('down', 3))
  await waitUntil(() => hook.received.length === 1)
  session.configure({ ...config, rules: [ruleOf('other', { down: { polls: 3 } }, { groupWaitMs: 0 })] }, '')
  session.intake.receive(pollsOf('down', 3))
  await waitUntil(() => hook.received.length === 3)
  const sent = hook.received.map(({ body }) => JSON.parse(body) as { cause: string; rule: string })
  // They are of different groups, so either may be the first.
  t.deepEqual(
    sent
      .slice(1)
      .map(({ cause, rule }) => `${rule}: ${cause}`)
      .toSorted(),
    ['other: new', 'web: unwatched'],
  )
})

test('a heartbeat that is as it was keeps its interval when the configuration is read again; another is sent at once', async (t) => {
  const { session, hook, config } = await sessionOf(t)
  const beat = (path: string) => ({ heartbeat: { url: `${hook.origin}${path}`, intervalMs: 3_600_000 } })
  const paths = () => hook.received.map(({ path }) => path)
  session.configure({ ...config, ...beat('/one') }, '')
  await waitUntil(() => hook.received.length === 1)
  session.configure({ ...config, ...beat('/one'), rules: [webRule({ groupWaitMs: 1 })] }, '')
  session.configure({ ...config, ...beat('/two') }, '')
  await waitUntil(() => paths().includes('/two'))
  t.deepEqual(paths(), ['/one', '/two'])
})

test('what a receiver has not taken goes to the one that its rule names when the configuration is read again', async (t) => {
  const { session, hook, config, said } = await sessionOf(
    t,
    (response, { path }) => void response.writeHead(path === '/' ? 503 : 200).end(),
  )
  session.intake.receive(pollsOf('down', 3))
  await waitUntil(() => said.length === 1)
  const receivers = config.receivers.map((one) => ({
    ...one,
    name: 'other',
    settings: { ...one.settings, url: `${hook.origin}/other` },
  }))
  session.configure({ ...config, receivers, rules: [webRule({ to: ['other'], groupWaitMs: 0 })] }, '')
  await waitUntil(() => hook.received.some(({ path }) => path === '/other'))
  t.is((JSON.parse(hook.received.at(-1)?.body ?? '') as { cause: string }).cause, 'new')
  await waitUntil(() => session.figures.pending === 0)
})

test('the end waits for what is under way, and no longer than it may', async (t) => {
  const held: (() => void)[] = []
  const { session, hook } = await sessionOf(t, (response) => held.push(() => response.end()))
  session.intake.receive(pollsOf('down', 3))
  await waitUntil(() => hook.received.length === 1)
  const finished = session.finish(60_000)
  for (const answer of held) answer()
  await finished
  t.is(session.figures.pending, 0)
})

for (const [keepsState, fate] of [
  [true, 'left, for the next run to send'],
  [false, 'lost, which --alert-state FILE would have kept'],
] as const)
  test(`what could not be sent by the end is ${fate}`, async (t) => {
    const { session, hook, said } = await sessionOf(
      t,
      (response) => response.writeHead(503).end(),
      keepsState,
    )
    session.intake.receive(pollsOf('down', 3))
    await waitUntil(() => hook.received.length === 1 && said.length === 1)
    await session.finish(0)
    t.deepEqual(said, [
      'receiver ops: not sent, it is tried again: status 503',
      `alerts: 1 notification ${fate}`,
    ])
  })

test('what fires is counted by rule and kind', async (t) => {
  const { session, config } = await sessionOf(t)
  const rules = [
    ruleOf('first', { down: { polls: 1 } }, { groupBy: ['url'], continues: true }),
    ruleOf('second', { down: { polls: 1 }, group: { by: 'team', down: { count: 1 } } }),
  ]
  session.configure({ ...config, rules }, '')
  session.intake.receive(pollsOf('down'))
  await waitUntil(() => session.figures.firing.length > 0)
  const counts = session.figures.firing.map(([labels, count]) => [labels.join(' '), count] as const)
  t.deepEqual(Object.fromEntries(counts), { 'first down': 1, 'second down': 1, 'second group': 1 })
})

test('in a run that polls each URL once, what a retry finds is no change, and no uptime is asked for', async (t) => {
  const { session, hook, config } = await sessionOf(t, undefined, true, 0, true)
  const uptime = { below: 0.9, overMs: 1_000 }
  const rules = [ruleOf('all', { down: { polls: 3 }, changed: true, uptime }, { groupWaitMs: 0 })]
  session.intake.receive(pollsOf('up'))
  // It is asked for at the first turn after the first poll.
  session.configure({ ...config, rules }, '')
  await setImmediate()
  session.intake.receive(pollsOf('down'))
  await session.finish(10_000)
  t.deepEqual(hook.received.map(brief), ['down firing /'])
})
