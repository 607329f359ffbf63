import test from 'ava'
import { SLACK } from '../../../src/alerts/receivers/slack.ts'
import { HOSTILE_TEXTS, makeHostile, makeStorm } from '../../helpers/hostile-notification.ts'
import { makeAlert, makeNotification } from '../../helpers/notification.ts'
import { settingsFor } from '../../helpers/receiver-settings.ts'
import { sendTo } from '../../helpers/send-to.ts'
import { testResponses } from '../../helpers/test-responses.ts'

interface Block {
  readonly type: string
  readonly text?: { readonly type: string; readonly text: string; readonly emoji?: boolean }
  readonly elements?: readonly { readonly type: string; readonly text: string }[]
}

interface Message {
  readonly text: string
  readonly blocks: readonly Block[]
}

const OK = { body: 'ok' }

async function messageFor(
  t: Parameters<typeof sendTo>[0],
  notification = makeNotification(),
): Promise<Message> {
  const { request, result } = await sendTo(t, SLACK, { url: '/services/T0/B0/x' }, notification, OK)
  t.deepEqual(result, { type: 'sent', said: 'status 200: ok' })
  t.is(request.path, '/services/T0/B0/x')
  return JSON.parse(request.body) as Message
}

test('a message of Slack', async (t) => {
  t.snapshot(await messageFor(t))
})

test('a resolved one', async (t) => {
  const alerts = [makeAlert({ resolvedAt: makeNotification().at })]
  const { blocks } = await messageFor(t, makeNotification({ status: 'resolved', cause: 'resolved', alerts }))
  t.is(blocks[0]?.text?.text, '🟢 Up again: https://shop.example/cart')
})

testResponses('Slack', SLACK, {}, [
  [
    { status: 200, body: '<html>Log in' },
    { type: 'retry', said: 'not an answer of Slack: status 200: <html>Log in' },
  ],
  [
    { status: 400, body: 'invalid_payload' },
    { type: 'refused', said: 'status 400: invalid_payload' },
  ],
  [
    { status: 403, body: 'action_prohibited' },
    { type: 'refused', said: 'status 403: action_prohibited' },
  ],
  [
    { status: 404, body: 'no_service' },
    { type: 'refused', said: 'status 404: no_service' },
  ],
  [
    { status: 410, body: 'channel_is_archived' },
    { type: 'refused', said: 'status 410: channel_is_archived' },
  ],
  [
    { status: 500, body: 'rollup_error' },
    { type: 'retry', said: 'status 500: rollup_error' },
  ],
])

test('Slack says when to come again', async (t) => {
  const answer = { status: 429, headers: { 'retry-after': '30' }, body: 'rate_limited' }
  const { result } = await sendTo(t, SLACK, {}, makeNotification(), answer)
  t.deepEqual(result, { type: 'retry', said: 'status 429: rate_limited', retryAfterMs: 30_000 })
})

for (const [name, text] of Object.entries(HOSTILE_TEXTS))
  for (const count of [1, 20])
    test(`Slack is not misled by ${name} in ${count}`, async (t) => {
      const { text: fallback, blocks } = await messageFor(t, makeHostile(text, count))
      t.true(blocks.length <= 50)
      const texts = [fallback]
      for (const { type, text: object } of blocks) {
        if (object === undefined) continue
        t.is(object.type, 'plain_text')
        t.is(object.emoji, false)
        t.true(object.text.length > 0 && object.text.length <= (type === 'header' ? 150 : 3_000))
        texts.push(object.text)
      }
      // Control sequences begin with an angle bracket, entities with an ampersand.
      for (const shown of texts) t.notRegex(shown, /[<>]|&(?!(amp|lt|gt);)/)
      const links = blocks.flatMap(({ elements = [] }) => elements.map((element) => element.text))
      t.deepEqual(links, ['<https://status.example/|Open the page>'])
    })

test('a storm fits into a message of Slack', async (t) => {
  const { blocks } = await messageFor(t, makeStorm(5_000))
  t.regex(blocks[2]?.text?.text ?? '', /\nand 4,9\d\d more$/)
})

test('what does not fit into a message of Slack is counted', async (t) => {
  const { blocks } = await messageFor(t, makeHostile('& long '.repeat(1_000), 20))
  const [, , items] = blocks
  const named = items?.text?.text.match(/^• /gm)?.length ?? 0
  t.true(named > 0)
  t.true(items?.text?.text.endsWith(`\nand ${20 - named} more`))
})

test('the link can not leave its place', async (t) => {
  const { blocks } = await messageFor(
    t,
    makeNotification({ link: 'https://status.example/?a=1&b=|<!channel>' }),
  )
  t.is(
    blocks.at(-1)?.elements?.[0]?.text,
    '<https://status.example/?a=1&amp;b=%7C%3C!channel%3E|Open the page>',
  )
  const without = await messageFor(t, makeNotification({ link: '' }))
  t.false(JSON.stringify(without).includes('mrkdwn'))
})

test('plain http to another machine is warned about', (t) => {
  t.is(SLACK.warnings(settingsFor(SLACK, { url: 'http://slack.example/x' })).length, 1)
  t.deepEqual(SLACK.warnings(settingsFor(SLACK, { url: 'https://slack.example/x' })), [])
})
