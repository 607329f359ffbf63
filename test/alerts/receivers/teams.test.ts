import test from 'ava'
import { TEAMS } from '../../../src/alerts/receivers/teams.ts'
import { HOSTILE_TEXTS, makeHostile, makeStorm } from '../../helpers/hostile-notification.ts'
import { makeNotification } from '../../helpers/notification.ts'
import { sendTo } from '../../helpers/send-to.ts'
import { testResponses } from '../../helpers/test-responses.ts'

interface Card {
  readonly body: readonly { readonly type: string; readonly inlines: readonly { readonly text: string }[] }[]
  readonly actions?: readonly { readonly url: string }[]
}

interface Message {
  readonly type: string
  readonly attachments: readonly { readonly content: Card }[]
}

async function messageFor(
  t: Parameters<typeof sendTo>[0],
  notification = makeNotification(),
): Promise<Message> {
  const { request, result } = await sendTo(t, TEAMS, {}, notification, { status: 202 })
  t.deepEqual(result, { type: 'sent', said: 'status 202' })
  t.true(Buffer.byteLength(request.body) <= 20_000)
  return JSON.parse(request.body) as Message
}

async function cardFor(...given: Parameters<typeof messageFor>): Promise<Card> {
  const [attachment] = (await messageFor(...given)).attachments
  return attachment?.content ?? { body: [] }
}

test('a message of Teams', async (t) => {
  t.snapshot(await messageFor(t))
})

testResponses('Teams', TEAMS, {}, [
  [{ body: '1' }, { type: 'sent', said: 'status 200: 1' }],
  [
    {
      body: 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x',
    },
    { type: 'retry' },
  ],
  [
    {
      body: 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413 with ContextId x',
    },
    { type: 'refused' },
  ],
  [
    { status: 401, body: '{"error":{"code":"DirectApiAuthorizationRequired"}}' },
    { type: 'refused', said: 'status 401: {"error":{"code":"DirectApiAuthorizationRequired"}}' },
  ],
  [
    { status: 429, headers: { 'retry-after': '7' } },
    { type: 'retry', retryAfterMs: 7_000 },
  ],
  [{ status: 502, body: '{"error":{"code":"NoResponse"}}' }, { type: 'retry' }],
])

const MULTIBYTE = { 'text of three bytes a unit': '\u4e0a'.repeat(10_000), 'many braces': '{'.repeat(100) }
for (const [name, text] of Object.entries({ ...HOSTILE_TEXTS, ...MULTIBYTE }))
  for (const count of [1, 20])
    test(`Teams is not misled by ${name} in ${count}`, async (t) => {
      const { body, actions } = await cardFor(t, makeHostile(text, count))
      for (const { type, inlines } of body) {
        // TextBlocks and FactSets read Markdown.
        t.is(type, 'RichTextBlock')
        for (const run of inlines) t.false(run.text.includes('{{'))
      }
      t.deepEqual(
        actions?.map(({ url }) => url),
        ['https://status.example/'],
      )
    })

test('a storm fits into a card', async (t) => {
  const { body } = await cardFor(t, makeStorm(5_000))
  t.is(body.at(-1)?.inlines[0]?.text, 'and 4,980 more')
})

test('without a page there is no button', async (t) => {
  t.is((await cardFor(t, makeNotification({ link: '' }))).actions, undefined)
})
