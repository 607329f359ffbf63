import { Ajv } from 'ajv'
import test from 'ava'
import { OPSGENIE } from '../../../src/alerts/receivers/opsgenie.ts'
import { PAGERDUTY } from '../../../src/alerts/receivers/pagerduty.ts'
import { makeAlert, makeNotification } from '../../helpers/notification.ts'
import { receiverServer } from '../../helpers/receiver-server.ts'
import { NO_LIMIT, senderFor } from '../../helpers/receiver-settings.ts'

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength })

/** The fields and types of reference/events-v2/openapiv3.json in PagerDuty/api-schema; lengths are those of its page on alert events. */
const PAGERDUTY_EVENT = {
  type: 'object',
  required: ['routing_key', 'event_action', 'dedup_key'],
  additionalProperties: false,
  properties: {
    routing_key: { type: 'string' },
    event_action: { enum: ['trigger', 'acknowledge', 'resolve'] },
    dedup_key: text(255),
    client: { type: 'string' },
    client_url: { type: 'string' },
    links: {
      type: 'array',
      items: {
        type: 'object',
        required: ['href'],
        additionalProperties: false,
        properties: { href: { type: 'string' }, text: { type: 'string' } },
      },
    },
    payload: {
      type: 'object',
      required: ['summary', 'severity', 'source'],
      additionalProperties: false,
      properties: {
        summary: text(1024),
        timestamp: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' },
        severity: { enum: ['critical', 'warning', 'error', 'info'] },
        source: { type: 'string', minLength: 1 },
        component: { type: 'string' },
        group: { type: 'string' },
        class: { type: 'string' },
        custom_details: { type: 'object' },
      },
    },
  },
}

/** CreateAlertPayload of definitions/alert.yaml in opsgenie/opsgenie-oas; lengths are those of its page on the Alert API. */
const OPSGENIE_ALERT = {
  type: 'object',
  required: ['message'],
  additionalProperties: false,
  properties: {
    user: text(100),
    note: text(25_000),
    source: text(100),
    message: text(130),
    alias: text(512),
    description: text(15_000),
    tags: { type: 'array', maxItems: 20, items: text(50) },
    details: { type: 'object', additionalProperties: { type: 'string' } },
    entity: text(512),
    priority: { enum: ['P1', 'P2', 'P3', 'P4', 'P5'] },
  },
}

/** AlertActionPayload of the same file: what closes an alert, and what adds a note. */
const OPSGENIE_ACTION = {
  type: 'object',
  additionalProperties: false,
  properties: { user: text(100), note: text(25_000), source: text(100) },
}

const ajv = new Ajv()

/** Text that is as long as can be. */
const LONG = 'ü"\n'.repeat(5_000)

const labels = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`label_${at}`, LONG]))
const huge = Array.from({ length: 20 }, (_, at) =>
  makeAlert({ key: `${at}`, url: `https://shop.example/${'x'.repeat(8_000)}`, labels, summary: LONG }),
)

const NOTIFICATIONS = {
  'one URL': makeNotification(),
  'a group without URL, state and link': makeNotification({
    alerts: [makeAlert({ url: '', group: 'service=cart', state: null, labels: {} })],
    commonHost: '',
    commonLabels: {},
    link: '',
    severity: 'info',
  }),
  'a long URL': makeNotification({ alerts: huge.slice(0, 1) }),
  'much of everything': makeNotification({ alerts: huge, commonLabels: labels, rule: LONG, total: 100_000 }),
}

for (const [name, notification] of Object.entries(NOTIFICATIONS)) {
  test(`PagerDuty takes ${name}`, async (t) => {
    const { origin, received } = await receiverServer(t, (response) =>
      response.writeHead(202).end('{"status":"success"}'),
    )
    const sender = senderFor(PAGERDUTY, { 'routing-key': 'key', url: `${origin}/v2/enqueue` })
    const result = await sender.send(notification, NO_LIMIT)
    t.deepEqual(result, { type: 'sent', said: 'status 202: {"status":"success"}' })
    const event = JSON.parse(received[0]?.body ?? '') as Record<string, unknown>
    t.true(ajv.validate(PAGERDUTY_EVENT, event), ajv.errorsText())
    t.true(Buffer.byteLength(received[0]?.body ?? '') <= 512 * 1024)
    t.like(event, { event_action: 'trigger', dedup_key: notification.groupKey })
  })

  test(`Opsgenie takes ${name}`, async (t) => {
    const { origin, received } = await receiverServer(t, (response) => response.writeHead(202).end())
    const sender = senderFor(OPSGENIE, { 'api-key': 'key', url: origin })
    t.is((await sender.send(notification, NO_LIMIT)).type, 'sent')
    t.like(received[0], { path: '/v2/alerts', method: 'POST' })
    t.is(received[0]?.headers.authorization, 'GenieKey key')
    const alert = JSON.parse(received[0]?.body ?? '') as { alias: string; details: Record<string, string> }
    t.true(ajv.validate(OPSGENIE_ALERT, alert), ajv.errorsText())
    t.is(alert.alias, notification.groupKey)
    t.true(Object.entries(alert.details).flat().join('').length <= 8_000)
  })
}

test('an alert is resolved when none of its group fires, and updated while others do', async (t) => {
  const { origin, received } = await receiverServer(t, (response) => response.writeHead(202).end())
  const pagerduty = senderFor(PAGERDUTY, { 'routing-key': 'key', url: origin })
  const opsgenie = senderFor(OPSGENIE, { 'api-key': 'key', url: origin })
  for (const firing of [2, 0]) {
    const notification = makeNotification({ status: 'resolved', cause: 'resolved', firing })
    await pagerduty.send(notification, NO_LIMIT)
    await opsgenie.send(notification, NO_LIMIT)
  }
  const [update, note, end, close] = received.map(({ path, body }) => ({
    path,
    ...(JSON.parse(body) as object),
  }))
  const key = makeNotification().groupKey
  t.like(update, { event_action: 'trigger', dedup_key: key })
  t.deepEqual(end, { path: '/', routing_key: 'key', event_action: 'resolve', dedup_key: key })
  t.like(note, { path: `/v2/alerts/${key}/notes?identifierType=alias`, source: 'headcount' })
  t.like(close, { path: `/v2/alerts/${key}/close?identifierType=alias`, source: 'headcount' })
  for (const one of [note, close]) {
    const { path: _, ...body } = one as Record<string, unknown>
    t.true(ajv.validate(OPSGENIE_ACTION, body), ajv.errorsText())
  }
})

test('keys are not told when a service sends them back', async (t) => {
  const { origin } = await receiverServer(t, (response, { body, headers }) => {
    response.writeHead(400).end(`invalid key ${body.slice(0, 60)} ${headers.authorization ?? ''}`)
  })
  const senders = [
    senderFor(PAGERDUTY, { 'routing-key': 's3cret', url: origin }),
    senderFor(OPSGENIE, { 'api-key': 's3cret', url: origin }),
  ]
  for (const sender of senders) {
    const { type, said } = await sender.send(makeNotification(), NO_LIMIT)
    t.is(type, 'refused')
    t.true(said.includes('xxxxx'))
    t.false(said.includes('s3cret'))
  }
})
