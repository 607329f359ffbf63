import test from 'ava'
import { WEBHOOK } from '../../../src/alerts/receivers/webhook.ts'
import type { Notification } from '../../../src/alerts/notification.ts'
import { makeAlert, makeNotification } from '../../helpers/notification.ts'
import { receiverServer } from '../../helpers/receiver-server.ts'
import { NO_LIMIT, senderFor, settingsFor } from '../../helpers/receiver-settings.ts'

/** Text of a server that tries to be more than text. */
const EVIL = `"},{"x":"\\ \n\r\n<b>&'\u0000{{id}}/../?a=b#c%2e\ud800`

const evil = (labels: Record<string, string> = {}): Notification =>
  makeNotification({ alerts: [makeAlert({ summary: EVIL, labels: { team: EVIL, ...labels } })] })

const BODIES = [
  [
    'application/json',
    '{"text": "{{summary}}", "n": {{total}}, "all": {{urls}}, "none": {{group}}, "q": "\\"{{ status }}"}',
  ],
  ['application/x-www-form-urlencoded', 'text={{summary}}&n={{total}}'],
  ['text/html; charset=utf-8', '<p title="{{summary}}">{{labels.team}}</p>'],
  ['text/plain', '{{status}}: {{summary}}'],
] as const

for (const [type, body] of BODIES) {
  test(`a body of ${type}`, async (t) => {
    const { origin, received } = await receiverServer(t)
    await senderFor(WEBHOOK, { url: origin, body, headers: { 'Content-Type': type } }).send(evil(), NO_LIMIT)
    t.is(received[0]?.headers['content-type'], type)
    t.snapshot(received[0]?.body)
    if (type === 'application/json') {
      const parsed = JSON.parse(received[0]?.body ?? '') as Record<string, unknown>
      t.deepEqual(Object.keys(parsed), ['text', 'n', 'all', 'none', 'q'])
      t.is(parsed['text'], EVIL)
      t.is(parsed['q'], '"firing')
    }
  })
}

test('{{json}} is the whole document', async (t) => {
  const { origin, received } = await receiverServer(t)
  await senderFor(WEBHOOK, { url: origin, body: '{"wrapped": {{json}}}' }).send(makeNotification(), NO_LIMIT)
  const { wrapped } = JSON.parse(received[0]?.body ?? '') as { wrapped: Record<string, unknown> }
  t.like(wrapped, { version: 1, status: 'firing', url: 'https://shop.example/cart' })
})

test('{{title}} and {{text}} are the message for people', async (t) => {
  const { origin, received } = await receiverServer(t)
  const headers = { 'content-type': 'text/plain', 'X-Title': '{{title}}' }
  await senderFor(WEBHOOK, { url: origin, body: '{{text}}', headers }).send(makeNotification(), NO_LIMIT)
  t.is(received[0]?.headers['x-title'], 'Down: https://shop.example/cart')
  t.regex(received[0]?.body ?? '', /^Why: down for 3 polls: 503 Service Unavailable\n/)
})

test('a value is one part of the path, and of the query', async (t) => {
  const { origin, received } = await receiverServer(t)
  const url = `${origin}/hook/{{labels.team}}?text={{summary}}&same={{labels.constructor}}`
  t.is((await senderFor(WEBHOOK, { url }).send(evil(), NO_LIMIT)).type, 'sent')
  const sent = new URL(`${origin}${received[0]?.path}`)
  t.is(sent.pathname.split('/').length, 3)
  t.is(decodeURIComponent(sent.pathname.slice(6)), EVIL.toWellFormed())
  t.deepEqual(
    [...sent.searchParams],
    [
      ['text', EVIL.toWellFormed()],
      ['same', ''],
    ],
  )
})

for (const team of ['..', '.', '%2e%2e']) {
  test(`the label ${team} does not choose another path`, async (t) => {
    const { origin, received } = await receiverServer(t)
    const sender = senderFor(WEBHOOK, { url: `${origin}/hooks/{{labels.team}}/send` })
    const result = await sender.send(evil({ team }), NO_LIMIT)
    if (team === '%2e%2e') t.is(received[0]?.path, '/hooks/%252e%252e/send')
    else
      t.deepEqual([result, received], [{ type: 'refused', said: 'url: a value would change its path' }, []])
  })
}

test('a value can end neither a header nor the request', async (t) => {
  const { origin, received } = await receiverServer(t)
  const headers = { 'X-Summary': '{{summary}}', 'X-Name': 'ü {{labels.name}}' }
  await senderFor(WEBHOOK, { url: origin, headers }).send(evil({ name: 'ж\r\nHost: evil' }), NO_LIMIT)
  t.is(Buffer.from(String(received[0]?.headers['x-name']), 'latin1').toString(), 'ü ж  Host: evil')
  t.is(received.length, 1)
  t.false('x' in (received[0]?.headers ?? {}))
})

test('a field may follow a backslash that is escaped', async (t) => {
  const { origin, received } = await receiverServer(t)
  const body = String.raw`{"text": "C:\\{{summary}}"}`
  await senderFor(WEBHOOK, { url: origin, body }).send(evil(), NO_LIMIT)
  t.deepEqual(JSON.parse(received[0]?.body ?? ''), { text: `C:\\${EVIL}` })
})

test('a text that becomes too long is refused', async (t) => {
  const { origin, received } = await receiverServer(t)
  const body = `"${'{{summary}}'.repeat(100)}"`
  const alerts = [makeAlert({ summary: 'x'.repeat(20_000) })]
  const result = await senderFor(WEBHOOK, { url: origin, body }).send(makeNotification({ alerts }), NO_LIMIT)
  t.deepEqual(result, { type: 'refused', said: 'it becomes longer than 1 MiB' })
  const headers = { 'x-s': '{{summary}}' }
  t.like(await senderFor(WEBHOOK, { url: origin, headers }).send(makeNotification({ alerts }), NO_LIMIT), {
    type: 'refused',
  })
  t.is(received.length, 0)
})

const REFUSED = [
  [{ body: '{{sumary}}' }, 'no field "sumary": did you mean "summary"?'],
  [
    { body: '{{constructor.name}}' },
    /^no field "constructor.name": there are version, .*, labels\.NAME, state\.NAME$/,
  ],
  [{ body: '{{state.constructor}}' }, /^no field "state.constructor": there are state\.at, /],
  [{ body: '{{state.raeson}}' }, 'no field "state.raeson": did you mean "state.reason"?'],
  [{ body: String.raw`{"text": "\{{rule}}"}` }, 'body: a field can not follow a backslash'],
  [{ body: String.raw`{"text": "\\\u00{{total}}0"}` }, 'body: a field can not follow a backslash'],
  [{ body: '{{#each urls}}' }, /^no field/],
  [{ body: '{{summary' }, '{{ without }}'],
  [{ body: '{"text": {{summary}}' }, 'body: with its fields filled in, it is not JSON'],
  [{ body: '{"text": """{{summary}}"}' }, 'body: with its fields filled in, it is not JSON'],
  [{ body: '{{id}}'.repeat(101) }, '101 fields; the limit is 100'],
  [{ body: 'x'.repeat(70_000) }, '70000 characters; the limit is 65536'],
  [{ body: '{{id}}', headers: { 'content-type': 'image/png' } }, /^body: values can be escaped for/],
  [{ headers: { 'content-type': '{{id}}' } }, 'headers: content-type can have no fields'],
  [{ headers: { 'x-y': '{{idd}}' } }, 'x-y: no field "idd": did you mean "id"?'],
  [
    { url: 'https://{{labels.host}}/' },
    'fields can stand in the path and the query alone, after https://HOST/',
  ],
  [
    { url: 'https://hook.example:{{labels.port}}/' },
    'fields can stand in the path and the query alone, after https://HOST/',
  ],
  [
    { url: 'https://hook.example{{url}}' },
    'fields can stand in the path and the query alone, after https://HOST/',
  ],
  [{ url: '{{url}}' }, 'fields can stand in the path and the query alone, after https://HOST/'],
  [{ method: 'DELETE' }, 'POST or PUT'],
] as const

for (const [given, message] of REFUSED) {
  test(`${JSON.stringify(given).slice(0, 60)} is refused at the start`, (t) => {
    const settings = { url: 'https://hook.example/', ...given }
    t.throws(() => settingsFor(WEBHOOK, settings), { instanceOf: RangeError, message })
  })
}
