import test from 'ava'
import type { Alert } from '../../../src/alerts/alert.ts'
import type { Notification } from '../../../src/alerts/notification.ts'
import { alertsOf, endedAlerts } from '../../../src/alerts/receivers/alertmanager-alerts.ts'
import type { PostedAlert } from '../../../src/alerts/receivers/alertmanager-alerts.ts'
import { ALERTMANAGER } from '../../../src/alerts/receivers/alertmanager.ts'
import { startAlertmanager } from '../../helpers/alertmanager.ts'
import { makeAlert, makeNotification } from '../../helpers/notification.ts'
import { receiverServer } from '../../helpers/receiver-server.ts'
import { NO_LIMIT, senderFor } from '../../helpers/receiver-settings.ts'
import { testWith } from '../../helpers/tool.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

const testWithAlertmanager = testWith('prometheus-alertmanager')

/** What Alertmanager tells its own receivers. */
interface WebhookBody {
  readonly status: string
  readonly alerts: readonly {
    readonly status: string
    readonly labels: Readonly<Record<string, string>>
    readonly startsAt: string
  }[]
}

// Alertmanager has a clock of its own, and its answers tell the time in whole seconds: a moment ago, so that nothing is ahead of it.
const now = Date.now() - 2_000
const since = now - 60_000

test('each alert has its own severity, and none ends ahead of the notification of its end', (t) => {
  const [at, ahead] = [1_000_000, 4_600_000]
  const alert = makeAlert({ since: ahead, resolvedAt: ahead, severity: 'warning' })
  const notification = makeNotification({ alerts: [alert], at, status: 'resolved', cause: 'resolved' })
  const [posted] = alertsOf(notification)
  const time = new Date(at).toISOString()
  t.like(posted, { labels: { severity: 'warning' }, startsAt: time, endsAt: time })
  const open = [{ labels: {}, annotations: {}, startsAt: new Date(ahead).toISOString() }]
  t.like(endedAlerts(JSON.stringify(open), notification, new Set())?.[0], { startsAt: time, endsAt: time })
})

testWithAlertmanager('the real Alertmanager tells each alert, and its end', async (t) => {
  const { origin, received } = await receiverServer(t)
  const alertmanager = await startAlertmanager(t, origin)
  const sender = senderFor(ALERTMANAGER, { url: alertmanager.url })
  const first = makeAlert({ since, labels: { team: 'web', '1.b-c': 'x', empty: '', severity: 'mine' } })
  const second = makeAlert({ key: 'a2', url: 'https://shop.example/', since })
  const notification = makeNotification({ alerts: [first, second], at: now })
  t.deepEqual(await sender.send(notification, NO_LIMIT), { type: 'sent', said: 'status 200' })
  // What is sent again, after a crash, is not told again.
  await sender.send(notification, NO_LIMIT)
  const sent = () => received.map(({ body }) => JSON.parse(body) as WebhookBody)
  await waitUntil(() => sent().some(({ alerts }) => alerts.length === 2))
  const alert = (await alertmanager.alerts()).find(({ labels }) => labels['url'] === first.url)
  t.like(alert, {
    labels: {
      alertname: 'HeadcountDown',
      headcount_group: notification.groupKey,
      rule: 'web',
      severity: 'critical',
      team: 'web',
      _1_b_c: 'x',
      url: 'https://shop.example/cart',
    },
    annotations: {
      summary: 'down for 3 polls: 503 Service Unavailable',
      seen: 'status 503 after 41 ms',
      link: 'https://status.example/',
    },
    startsAt: new Date(since).toISOString(),
    generatorURL: 'https://status.example/',
  })
  t.true(Date.parse(alert?.endsAt ?? '') > now + 30 * 86_400_000)

  const ended = makeAlert({ ...first, resolvedAt: now })
  const over = makeNotification({
    alerts: [ended],
    status: 'resolved',
    cause: 'resolved',
    at: now,
    firing: 1,
  })
  t.is((await sender.send(over, NO_LIMIT)).type, 'sent')
  while ((await alertmanager.alerts()).length !== 1) await new Promise(setImmediate)

  const last = {
    alerts: [makeAlert({ ...second, resolvedAt: now })],
    status: 'resolved',
    cause: 'resolved',
  } as const
  t.is((await sender.send(makeNotification({ ...last, at: now, firing: 0 }), NO_LIMIT)).type, 'sent')
  await waitUntil(() => sent().some(({ status }) => status === 'resolved'))
  t.deepEqual(await alertmanager.alerts(), [])
})

const [first, second] = ['a', 'b'].map((name) => makeAlert({ since, url: name })) as [Alert, Alert]
/** Notifications that follow one another: what fires, its end, and what fires again before that was posted. `again`: of what, since when. */
const AGAIN: readonly {
  readonly title: string
  readonly sent: readonly Partial<Notification>[]
  readonly again: readonly [subject: string, since: number]
}[] = [
  {
    title: 'is another one',
    sent: [
      { alerts: [first, second] },
      {
        alerts: [
          { ...first, resolvedAt: now - 30_000 },
          { ...second, resolvedAt: now - 20_000 },
        ],
        status: 'resolved',
        firing: 0,
      },
      { alerts: [{ ...first, since: now - 25_000 }] },
    ],
    again: ['a', now - 25_000],
  },
  {
    title: 'is another one, also if no notification names it',
    sent: [
      { alerts: [first], total: 3 },
      { alerts: [{ ...first, resolvedAt: now - 20_000 }], total: 3, status: 'resolved', firing: 0 },
      { alerts: [{ ...first, since: now - 10_000 }], total: 3 },
    ],
    again: ['others', now - 10_000],
  },
]

for (const { title, sent, again } of AGAIN)
  testWithAlertmanager(`an alert that fires again before its end was posted ${title}`, async (t) => {
    const { origin, received } = await receiverServer(t)
    const alertmanager = await startAlertmanager(t, origin)
    const sender = senderFor(ALERTMANAGER, { url: alertmanager.url })
    const [subject, sinceAgain] = again
    const told = () =>
      new Set(
        received
          .flatMap(({ body }) => (JSON.parse(body) as WebhookBody).alerts)
          .filter(({ labels }) => (labels['url'] ?? 'others') === subject)
          .map(({ status, startsAt }) => `${status} ${Date.parse(startsAt)}`),
      )
    const lines = [`firing ${since}`, `resolved ${since}`, `firing ${sinceAgain}`]
    for (const [n, notification] of sent.entries()) {
      t.is((await sender.send(makeNotification({ at: now, ...notification }), NO_LIMIT)).type, 'sent')
      await waitUntil(() => told().has(lines[n] ?? ''))
    }
    t.deepEqual([...told()], lines)
  })

testWithAlertmanager('alerts that no notification names are over with the last of their group', async (t) => {
  const { origin } = await receiverServer(t)
  const alertmanager = await startAlertmanager(t, origin)
  const sender = senderFor(ALERTMANAGER, { url: alertmanager.url })
  const alert = (name: string) => makeAlert({ key: name, url: `https://${name}.example/`, since })
  const other = makeNotification({ alerts: [alert('z')], groupKey: 'f'.repeat(32), at: now })
  t.is((await sender.send(other, NO_LIMIT)).type, 'sent')
  const storm = makeNotification({ alerts: [alert('a'), alert('b')], total: 5_000, firing: 5_000, at: now })
  t.is((await sender.send(storm, NO_LIMIT)).type, 'sent')
  const urls = async () =>
    (await alertmanager.alerts()).map(({ labels }) => labels['url'] ?? labels['headcount_more'])
  const posted = (await urls()).toSorted((x = '', y = '') => x.localeCompare(y))
  t.deepEqual(posted, ['https://a.example/', 'https://b.example/', 'https://z.example/', 'yes'])
  const over = {
    alerts: [{ ...alert('c'), resolvedAt: now }],
    status: 'resolved',
    cause: 'resolved',
    total: 5_000,
    firing: 0,
  } as const
  t.is((await sender.send(makeNotification({ ...over, at: now }), NO_LIMIT)).type, 'sent')
  t.deepEqual(await urls(), ['https://z.example/'])
})

testWithAlertmanager(
  'alerts that are over end at once, named or not, while others of their group fire',
  async (t) => {
    const { origin } = await receiverServer(t)
    const alertmanager = await startAlertmanager(t, origin)
    const fires = new Set<string>()
    const firing = () => fires
    const sender = senderFor(ALERTMANAGER, { url: alertmanager.url }, { firing })
    const alert = (name: string) => makeAlert({ key: name, url: name, since })
    const down = async (names: readonly string[], total = names.length) => {
      names.forEach((name) => fires.add(name))
      const alerts = names.map(alert)
      await sender.send(makeNotification({ alerts, total, firing: fires.size, at: now }), NO_LIMIT)
    }
    const up = async (names: readonly string[], total = names.length) => {
      const over = { status: 'resolved', cause: 'resolved', total, firing: fires.size, at: now } as const
      const alerts = names.map((name) => ({ ...alert(name), resolvedAt: now }))
      t.is((await sender.send(makeNotification({ ...over, alerts }), NO_LIMIT)).type, 'sent')
    }
    const open = async () =>
      (await alertmanager.alerts()).map(({ labels }) => labels['url'] ?? 'more').toSorted()
    fires.add('c')
    await down(['a', 'b'], 3)
    await down(['d'])
    t.deepEqual(await open(), ['a', 'b', 'd', 'more'])
    // One that no notification has named fires on.
    fires.delete('a')
    await up(['a'])
    t.deepEqual(await open(), ['b', 'd', 'more'])
    // More are over than are named.
    fires.delete('c')
    fires.delete('d')
    await up(['c'], 2)
    t.deepEqual(await open(), ['b'])
  },
)

test('a change, which has no end, is over by itself', async (t) => {
  const { origin, received } = await receiverServer(t)
  const sender = senderFor(ALERTMANAGER, { url: `${origin}/prefix/`, headers: { Authorization: 'Bearer x' } })
  await sender.send(makeNotification({ kind: 'changed', at: now, alerts: [makeAlert({ since })] }), NO_LIMIT)
  t.is(received[0]?.path, '/prefix/api/v2/alerts')
  t.is(received[0]?.headers.authorization, 'Bearer x')
  t.like(JSON.parse(received[0]?.body ?? ''), [{ endsAt: new Date(now + 300_000).toISOString() }])
})

for (const answer of [
  '',
  '{}',
  '[{}]',
  '[{"labels":{"a":1},"annotations":{},"startsAt":""}]',
  `[${'1,'.repeat(9_000_000)}`,
]) {
  test(`nothing is ended by an answer of ${answer.length} characters that begins with ${answer.slice(0, 20)}`, async (t) => {
    const { origin, received } = await receiverServer(t, (response) => response.end(answer))
    const sender = senderFor(ALERTMANAGER, { url: origin })
    const result = await sender.send(makeNotification({ status: 'resolved', firing: 0 }), NO_LIMIT)
    t.deepEqual(result, { type: 'retry', said: 'its list of alerts could not be read', retryAfterMs: null })
    t.is(received.length, 1)
  })
}

test('what is hidden of an answer does not change what is ended', async (t) => {
  const notification = makeNotification({ status: 'resolved', cause: 'resolved', firing: 0, at: now })
  const labels = { alertname: 'HeadcountDown', url: 'http://am:9093/api/v2/alerts', team: 'prod' }
  const listed = [{ labels, annotations: {}, startsAt: '2026-01-01T00:00:00.000Z', count: 1 }]
  const { origin, received } = await receiverServer(t, (response) => response.end(JSON.stringify(listed)))
  const headers = { 'X-Scope-OrgID': '1', 'X-Team': 'prod' }
  const sender = senderFor(ALERTMANAGER, { url: origin, headers })
  t.is((await sender.send(notification, NO_LIMIT)).type, 'sent')
  const [ended] = JSON.parse(received[1]?.body ?? '') as { readonly labels: unknown }[]
  t.deepEqual(ended?.labels, labels)
})

test('where no list may be asked for, what is named ends all the same', async (t) => {
  const { origin, received } = await receiverServer(t, (response, { method }) =>
    response.writeHead(method === 'POST' ? 200 : 405).end(),
  )
  const sender = senderFor(ALERTMANAGER, { url: origin })
  const over = { status: 'resolved', cause: 'resolved', firing: 0, at: now } as const
  t.is((await sender.send(makeNotification(over), NO_LIMIT)).type, 'sent')
  t.deepEqual(
    received.map(({ method }) => method),
    ['GET', 'POST'],
  )
})

test('what a failed listing says is told', async (t) => {
  const { origin } = await receiverServer(t, (response) =>
    response.writeHead(503, { 'retry-after': '3' }).end(),
  )
  const sender = senderFor(ALERTMANAGER, { url: origin })
  const result = await sender.send(makeNotification({ status: 'resolved', firing: 0 }), NO_LIMIT)
  t.deepEqual(result, { type: 'retry', said: 'status 503', retryAfterMs: 3_000 })
})

/** Times of alerts of a machine whose clock is an hour ahead. */
const hourAhead = { since: now + 3_500_000, resolvedAt: now + 3_600_000 }
const endedAhead = { at: now + 3_600_000, status: 'resolved', cause: 'resolved' } as const

testWithAlertmanager('an end is told, also by a machine whose clock is ahead', async (t) => {
  const { origin } = await receiverServer(t)
  const alertmanager = await startAlertmanager(t, origin)
  const sender = senderFor(ALERTMANAGER, { url: alertmanager.url })
  const [one, other] = ['a', 'b'].map((path) =>
    makeAlert({ key: path, url: `https://x.example/${path}`, since: hourAhead.since }),
  )
  const alerts = [one, other] as Alert[]
  await sender.send(makeNotification({ alerts, at: hourAhead.since, firing: 2 }), NO_LIMIT)
  const open = async () => (await alertmanager.alerts()).length
  t.is(await open(), 2)
  const over = alerts.map((alert) => ({ ...alert, resolvedAt: hourAhead.resolvedAt }))
  for (const firing of [1, 0]) {
    await sender.send(
      makeNotification({ ...endedAhead, alerts: over.slice(0, 2 - firing), firing }),
      NO_LIMIT,
    )
    t.is(await open(), firing)
  }
})

test('ends that are not ahead of the clock of the server are posted once', async (t) => {
  const { origin, received } = await receiverServer(t, (response) => response.end('[]'))
  const sender = senderFor(ALERTMANAGER, { url: origin })
  const over = makeAlert({ since, resolvedAt: now - 10_000 })
  await sender.send(
    makeNotification({ alerts: [over], at: now, status: 'resolved', cause: 'resolved', firing: 1 }),
    NO_LIMIT,
  )
  t.is(received.length, 1)
  await sender.send(makeNotification({ ...endedAhead, alerts: [makeAlert(hourAhead)], firing: 1 }), NO_LIMIT)
  const [, posted, again] = received.map(({ body }) => (JSON.parse(body) as PostedAlert[])[0])
  t.is(posted?.endsAt, new Date(hourAhead.resolvedAt).toISOString())
  t.true(Date.parse(again?.endsAt ?? '') <= Date.now())
  t.is(again?.startsAt, again?.endsAt)
  t.is(received.length, 3)
})
