import test from 'ava'
import { TELEGRAM } from '../../../src/alerts/receivers/telegram.ts'
import { HOSTILE_TEXTS, makeHostile, makeStorm } from '../../helpers/hostile-notification.ts'
import { makeNotification } from '../../helpers/notification.ts'
import { settingsFor } from '../../helpers/receiver-settings.ts'
import { sendTo } from '../../helpers/send-to.ts'
import { testResponses } from '../../helpers/test-responses.ts'

const TOKEN = '123456:ABC-DEF_ghi'
const GIVEN = { chat: '-1001234', token: TOKEN }
const OK = { body: '{"ok":true,"result":{"message_id":1}}' }

interface Message {
  readonly text: string
  readonly parse_mode: string
}

async function messageFor(
  t: Parameters<typeof sendTo>[0],
  notification = makeNotification(),
): Promise<Message> {
  const { request, result } = await sendTo(t, TELEGRAM, GIVEN, notification, OK)
  t.deepEqual(result, { type: 'sent', said: 'status 200' })
  t.is(request.path, `/bot${TOKEN}/sendMessage`)
  return JSON.parse(request.body) as Message
}

test('a message of Telegram', async (t) => {
  t.snapshot(await messageFor(t))
})

test('a topic of a chat, and a server with a path', async (t) => {
  const given = { ...GIVEN, thread: '7', url: '/telegram/' }
  const { request } = await sendTo(t, TELEGRAM, given, makeNotification(), OK)
  t.is(request.path, `/telegram/bot${TOKEN}/sendMessage`)
  t.like(JSON.parse(request.body), { chat_id: '-1001234', message_thread_id: 7 })
})

testResponses('Telegram', TELEGRAM, GIVEN, [
  [{ body: '<html>' }, { type: 'retry', said: 'not an answer of Telegram: status 200: <html>' }],
  [{ body: '{"ok":false}' }, { type: 'retry', said: 'not an answer of Telegram: status 200: {"ok":false}' }],
  [
    {
      status: 429,
      body: '{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":35}}',
    },
    { type: 'retry', retryAfterMs: 35_000 },
  ],
  [
    {
      status: 400,
      body: '{"ok":false,"description":"group chat was upgraded","parameters":{"migrate_to_chat_id":-100987}}',
    },
    {
      type: 'refused',
      said: 'status 400: {"ok":false,"description":"group chat was upgraded","parameters":{"migrate_to_chat_id":-100987}}; the chat is now -100987',
    },
  ],
  [
    { status: 401, body: '{"ok":false,"error_code":401,"description":"Unauthorized"}' },
    { type: 'refused', said: 'status 401: {"ok":false,"error_code":401,"description":"Unauthorized"}' },
  ],
  [{ status: 403, body: '{"ok":false,"description":"bot was blocked by the user"}' }, { type: 'refused' }],
  [
    { status: 502, body: '' },
    { type: 'retry', retryAfterMs: null },
  ],
])

test('the token is not told', async (t) => {
  const answer = { status: 404, body: `no bot ${TOKEN} here` }
  const { result } = await sendTo(t, TELEGRAM, GIVEN, makeNotification(), answer)
  t.is(result.said, 'status 404: no bot xxxxx here')
})

for (const [name, text] of Object.entries(HOSTILE_TEXTS))
  for (const count of [1, 20])
    test(`Telegram is not misled by ${name} in ${count}`, async (t) => {
      const message = await messageFor(t, makeHostile(text, count))
      t.is(message.parse_mode, 'HTML')
      const tags = message.text.match(/<[^>]*>/g) ?? []
      const known = new Set([
        '<b>',
        '</b>',
        '<code>',
        '</code>',
        '<a href="https://status.example/">',
        '</a>',
      ])
      for (const tag of tags) t.true(known.has(tag), tag)
      t.notRegex(message.text, /&(?!(amp|lt|gt|quot);)/)
      // Outside of code, Telegram would make mentions, commands, hashtags and links of what looks like them.
      const outside = message.text.replaceAll(/<code>.*?<\/code>/g, '').replaceAll(/<[^>]*>/g, '')
      t.notRegex(outside, /[@#/]|evil/)
      t.true(message.text.replaceAll(/<[^>]*>/g, '').length <= 4_096)
    })

test('a storm fits into a message of Telegram', async (t) => {
  const { text } = await messageFor(t, makeStorm(5_000))
  t.regex(text, /\nand 4,980 more\n/)
})

test('keys that can not be right are refused, and the token is not quoted', (t) => {
  const refused = (given: Record<string, string>) =>
    t.throws(() => settingsFor(TELEGRAM, given), { instanceOf: RangeError })
  t.is(refused({ chat: 'me', token: TOKEN })?.message, 'not the number of a chat, nor @channel')
  t.is(refused({ chat: '1', token: 'x/../y' })?.message, 'not a token such as 123456:ABC-DEF')
  t.is(refused({ ...GIVEN, thread: '0' })?.message, 'not the number of a topic')
  t.notThrows(() => settingsFor(TELEGRAM, { chat: '@channel', token: TOKEN }))
})
