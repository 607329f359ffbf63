import test from 'ava'
import { NTFY } from '../../../src/alerts/receivers/ntfy.ts'
import { HOSTILE_TEXTS, makeHostile, makeStorm } from '../../helpers/hostile-notification.ts'
import { makeAlert, makeNotification } from '../../helpers/notification.ts'
import { startNtfy } from '../../helpers/ntfy-server.ts'
import { NO_LIMIT, senderFor, settingsFor } from '../../helpers/receiver-settings.ts'
import { sendTo } from '../../helpers/send-to.ts'
import { testResponses } from '../../helpers/test-responses.ts'
import { testWith } from '../../helpers/tool.ts'

const GIVEN = { topic: 'ops_alerts' }
const OK = { body: '{"id":"sPs71M8A2T","time":1670000000,"event":"message","topic":"ops_alerts"}' }

interface Message {
  readonly message: string
  readonly title: string
  readonly priority: number
  readonly tags: readonly string[]
}

async function messageFor(
  t: Parameters<typeof sendTo>[0],
  notification = makeNotification(),
  given: Record<string, string> = GIVEN,
): Promise<Message> {
  const { request, result } = await sendTo(t, NTFY, given, notification, OK)
  t.deepEqual(result, { type: 'sent', said: 'status 200' })
  t.true(Buffer.byteLength(request.body) <= 8_192)
  return JSON.parse(request.body) as Message
}

test('a message of ntfy', async (t) => {
  t.snapshot(await messageFor(t))
})

test('a token, and a priority of what fires only', async (t) => {
  const given = { ...GIVEN, token: 'tk_secret', priority: '2' }
  const { request } = await sendTo(t, NTFY, given, makeNotification(), OK)
  t.is(request.headers.authorization, 'Bearer tk_secret')
  t.like(JSON.parse(request.body), { priority: 2 })
  const resolved = makeNotification({
    status: 'resolved',
    cause: 'resolved',
    alerts: [makeAlert({ resolvedAt: 1 })],
  })
  t.like(await messageFor(t, resolved, given), { priority: 3, tags: ['white_check_mark'] })
  t.like(await messageFor(t, makeNotification({ severity: 'warning' })), { priority: 4, tags: ['warning'] })
})

testResponses('ntfy', NTFY, GIVEN, [
  [{ body: '<html>' }, { type: 'retry', said: 'not an answer of ntfy: status 200: <html>' }],
  [{ body: '{"id":"x","event":"open"}' }, { type: 'retry' }],
  [
    { status: 403, body: '{"code":40301,"http":403,"error":"forbidden"}' },
    { type: 'refused', said: 'status 403: {"code":40301,"http":403,"error":"forbidden"}' },
  ],
  [{ status: 413, body: '{"code":41303,"http":413,"error":"JSON body too large"}' }, { type: 'refused' }],
  [
    { status: 429, body: '{"code":42901,"http":429,"error":"limit reached: too many requests"}' },
    { type: 'retry', retryAfterMs: null },
  ],
])

test('topic and token are not told', async (t) => {
  const answer = { status: 403, body: 'no ops_alerts for tk_secret' }
  const { result } = await sendTo(t, NTFY, { ...GIVEN, token: 'tk_secret' }, makeNotification(), answer)
  t.is(result.said, 'status 403: no xxxxx for xxxxx')
})

const MULTIBYTE = { 'text of three bytes a unit': '\u4e0a'.repeat(10_000), quotes: '"\\'.repeat(5_000) }
for (const [name, text] of Object.entries({ ...HOSTILE_TEXTS, ...MULTIBYTE }))
  for (const count of [1, 20])
    test(`ntfy takes ${name} in ${count}`, async (t) => {
      const message = await messageFor(t, makeHostile(text, count))
      t.true(Buffer.byteLength(message.message) <= 4_096)
      t.true(message.message.length > 0)
      t.true(message.title.length <= 250)
      t.false('markdown' in message)
    })

test('quotes, which JSON makes longer, and a long link are no more than the server takes', async (t) => {
  const link = `https://status.example/${'a'.repeat(2_000)}`
  const quotes = makeHostile('"'.repeat(1_000), 20)
  t.like(await messageFor(t, { ...quotes, link }), { click: link })
  t.false('click' in (await messageFor(t, { ...quotes, link: `${link}${'a'.repeat(10_000)}` })))
})

test('a storm fits into a message of ntfy', async (t) => {
  const { message } = await messageFor(t, makeStorm(5_000))
  t.regex(message, /\nand 4,980 more$/)
})

test('keys that can not be right are refused', (t) => {
  t.throws(() => settingsFor(NTFY, { topic: 'https://ntfy.sh/x' }), { message: /^not a topic/ })
  t.throws(() => settingsFor(NTFY, { ...GIVEN, priority: '6' }), { message: 'not a priority from 1 to 5' })
})

testWith('ntfy', ['serve', '--help'])(
  'the real ntfy shows each message whole, and none as an attachment',
  async (t) => {
    const { url, messages } = await startNtfy(t)
    const sender = senderFor(NTFY, { ...GIVEN, url })
    const notifications = [
      makeNotification(),
      makeStorm(5_000),
      ...Object.values({ ...HOSTILE_TEXTS, ...MULTIBYTE }).map((text) => makeHostile(text, 20)),
    ]
    for (const notification of notifications)
      t.like(await sender.send(notification, NO_LIMIT), { type: 'sent', said: 'status 200' })
    const shown = await messages(GIVEN.topic)
    t.is(shown.length, notifications.length)
    t.like(shown[0], {
      title: 'Down: https://shop.example/cart',
      priority: 5,
      click: 'https://status.example/',
    })
    for (const { message, attachment } of shown) {
      t.is(attachment, undefined)
      t.regex(message, /^Written: 2026-11-26 10:42:07 UTC$/m)
    }
    const refused = senderFor(NTFY, { topic: 'docs', url })
    t.like(await refused.send(makeNotification(), NO_LIMIT), { type: 'refused' })
  },
)
