import { createHmac } from 'node:crypto'
import test from 'ava'
import { WEBHOOK } from '../../../src/alerts/receivers/webhook.ts'
import { makeAlert, makeNotification } from '../../helpers/notification.ts'
import { receiverServer } from '../../helpers/receiver-server.ts'
import { NO_LIMIT, senderFor, settingsFor } from '../../helpers/receiver-settings.ts'

test('a webhook gets JSON, the id as its idempotency key, and a signature of the body', async (t) => {
  const { origin, received } = await receiverServer(t)
  const sender = senderFor(WEBHOOK, {
    url: `${origin}/hook?a=b`,
    secret: 'key',
    headers: { 'X-Team': 'web' },
  })
  t.deepEqual(await sender.send(makeNotification(), NO_LIMIT), { type: 'sent', said: 'status 200' })
  const [request] = received
  t.like(request, { method: 'POST', path: '/hook?a=b' })
  t.like(request?.headers, {
    'content-type': 'application/json',
    'idempotency-key': '6f1a2b3c4d5e6f708192a3b4c5d6e7f8',
    'x-hub-signature-256': `sha256=${createHmac('sha256', 'key')
      .update(request?.body ?? '')
      .digest('hex')}`,
    'x-team': 'web',
  })
  t.snapshot(JSON.parse(request?.body ?? ''))
})

test('many URLs are one document', async (t) => {
  const { origin, received } = await receiverServer(t)
  const alerts = [
    makeAlert(),
    makeAlert({ key: 'a2', url: '', group: 'service=cart', state: null, since: 0 }),
  ]
  await senderFor(WEBHOOK, { url: origin }).send(makeNotification({ alerts, total: 5_000 }), NO_LIMIT)
  const { urls, ...document } = JSON.parse(received[0]?.body ?? '') as Record<string, unknown>
  const since = '1970-01-01T00:00:00.000Z'
  t.like(document, { url: null, labels: { team: 'web' }, since, resolvedAt: null, total: 5_000 })
  t.regex(String(document['summary']), /^Down: 5,000 URLs of /)
  t.is((urls as unknown[]).length, 2)
  t.is(received[0]?.headers['x-hub-signature-256'], undefined)
})

test('plain http to another machine is warned about', (t) => {
  const warningsFor = (url: string) => WEBHOOK.warnings(settingsFor(WEBHOOK, { url })).length
  t.deepEqual(
    [
      'http://hook.example/',
      'https://hook.example/',
      'http://127.0.0.1/',
      'http://[::1]:80/',
      'http://localhost/',
    ].map(warningsFor),
    [1, 0, 0, 0, 0],
  )
})

for (const [key, value] of [
  ['url', 'ftp://hook.example/s3cret'],
  ['url', 'hook.example/s3cret'],
  ['headers', { host: 's3cret\nx: y' }],
  ['headers', { 'content-length': '5' }],
  ['secret', 's3cret\n'],
  ['secret', ''],
] as const) {
  test(`${key} ${JSON.stringify(value)} is refused and not quoted`, (t) => {
    const error = t.throws(() => settingsFor(WEBHOOK, { url: 'https://hook.example/', [key]: value }), {
      instanceOf: RangeError,
    })
    t.false(error?.message.includes('s3cret'))
  })
}

test('what is secret in the URL and the headers is not told when the server sends it back', async (t) => {
  const { origin } = await receiverServer(t, (response, { path, headers }) => {
    response.writeHead(404).end(`Cannot POST ${path} ${headers.authorization} ${headers['content-type']}`)
  })
  const sender = senderFor(WEBHOOK, {
    url: `${origin}/hook/s3cr%C3%A9t/%zz?key=value`,
    headers: { Authorization: 'Bearer t0ken', 'Content-Type': 'application/json' },
  })
  const { said } = await sender.send(makeNotification(), NO_LIMIT)
  t.is(said, 'status 404: Cannot POST xxxxx xxxxx application/json')
})

for (const [type, body] of [
  ['application/json', '{ "api_key": "s3cret", "text": "{{text}}" }'],
  ['application/x-www-form-urlencoded', 'token=s3cret&text={{text}}'],
  ['application/xml', '<a><password>s3cret</password>{{text}}</a>'],
] as const)
  test(`what is secret in a body of ${type} is not told when the server sends it back`, async (t) => {
    const { origin } = await receiverServer(t, (response, request) => {
      response.writeHead(400).end(`bad: ${request.body.slice(0, 40)}`)
    })
    const sender = senderFor(WEBHOOK, { url: origin, body, headers: { 'Content-Type': type } })
    const { said } = await sender.send(makeNotification(), NO_LIMIT)
    t.regex(said, /^status 400: bad: .*xxxxx/)
    t.notRegex(said, /s3cret/)
  })
