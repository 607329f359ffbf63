import test from 'ava'
import { DISCORD } from '../../../src/alerts/receivers/discord.ts'
import { HOSTILE_TEXTS, makeHostile, makeStorm } from '../../helpers/hostile-notification.ts'
import { makeNotification } from '../../helpers/notification.ts'
import { sendTo } from '../../helpers/send-to.ts'
import { testResponses } from '../../helpers/test-responses.ts'

interface Message {
  readonly content: string
  readonly allowed_mentions: unknown
  readonly embeds: readonly { readonly title?: string; readonly url?: string; readonly description: string }[]
}

/** As Discord answers: https://docs.discord.com/developers/resources/webhook#execute-webhook */
const OK = {
  body: '{"id":"1","type":0,"content":"","author":{"bot":true,"id":"2","username":"ops"},"pinned":false,"tts":false}',
}

async function messageFor(
  t: Parameters<typeof sendTo>[0],
  notification = makeNotification(),
): Promise<Message> {
  const { request, result } = await sendTo(
    t,
    DISCORD,
    { url: '/api/webhooks/1/x?thread_id=7' },
    notification,
    OK,
  )
  t.deepEqual(result, { type: 'sent', said: 'status 200' })
  t.is(request.path, '/api/webhooks/1/x?thread_id=7&wait=true')
  return JSON.parse(request.body) as Message
}

test('a message of Discord', async (t) => {
  t.snapshot(await messageFor(t))
})

testResponses('Discord', DISCORD, {}, [
  [{ status: 204 }, { type: 'retry', said: 'not an answer of Discord: status 204' }],
  [{ body: '<html>' }, { type: 'retry', said: 'not an answer of Discord: status 200: <html>' }],
  [
    { status: 400, body: '{"message": "Cannot send an empty message", "code": 50006}' },
    { type: 'refused', said: 'status 400: {"message": "Cannot send an empty message", "code": 50006}' },
  ],
  [{ status: 404, body: '{"message": "Unknown Webhook", "code": 10015}' }, { type: 'refused' }],
  [
    {
      status: 429,
      body: '{"message": "You are being rate limited.", "retry_after": 64.57, "global": false}',
    },
    { type: 'retry', retryAfterMs: 64_570 },
  ],
  [
    { status: 429, headers: { 'retry-after': '65' }, body: '{"retry_after": 64.57}' },
    { type: 'retry', retryAfterMs: 65_000 },
  ],
  [
    { status: 429, body: '{"retry_after": 1e300}' },
    { type: 'retry', retryAfterMs: 86_400_000 },
  ],
  [
    { status: 429, body: '{"retry_after": "soon"}' },
    { type: 'retry', retryAfterMs: null },
  ],
  [
    { status: 502, body: '' },
    { type: 'retry', retryAfterMs: null },
  ],
])

/** What is left of a text when Discord has taken away what is escaped. */
const bare = (text: string) => text.replaceAll(/\\[^0-9A-Za-z\s]/g, '')

for (const [name, text] of Object.entries(HOSTILE_TEXTS))
  for (const count of [1, 20])
    test(`Discord is not misled by ${name} in ${count}`, async (t) => {
      const { content, allowed_mentions: mentions, embeds } = await messageFor(t, makeHostile(text, count))
      t.deepEqual(mentions, { parse: [] })
      t.true(content.length <= 2_000)
      const [embed] = embeds
      const description = embed?.description ?? ''
      t.true(description.length <= 4_096)
      t.is(embed?.url, 'https://status.example/')
      // The only marks are those around the names of facts.
      const shown = bare(description).replaceAll(/^\*\*[A-Z][a-z ]+:\*\* /gm, '')
      for (const part of [bare(content), shown]) {
        t.notRegex(part, /[\\*_~`|[\]()<>@]|:\/\//)
        t.notRegex(part, /^\s*([#>-]|\d+\.) /m)
      }
    })

test('a storm fits into a message of Discord', async (t) => {
  const { embeds } = await messageFor(t, makeStorm(5_000))
  t.regex(embeds[0]?.description ?? '', /\nand 4,980 more$/)
})

test('without a page there is no link', async (t) => {
  const { embeds } = await messageFor(t, makeNotification({ link: '' }))
  t.is(embeds[0]?.url, undefined)
  t.is(embeds[0]?.title, undefined)
})
