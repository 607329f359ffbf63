import test from 'ava'
import { PUSHOVER } from '../../../src/alerts/receivers/pushover.ts'
import { HOSTILE_TEXTS, makeHostile, makeStorm } from '../../helpers/hostile-notification.ts'
import { makeAlert, makeNotification } from '../../helpers/notification.ts'
import { settingsFor } from '../../helpers/receiver-settings.ts'
import { sendTo } from '../../helpers/send-to.ts'
import { testResponses } from '../../helpers/test-responses.ts'

const GIVEN = { user: 'uQiRzpo4DXgh', token: 'azGDORePK8gM' }
const OK = { body: '{"status":1,"request":"647d2300-702c-4b38-8b2f-d56326ae460b"}' }

async function formFor(
  t: Parameters<typeof sendTo>[0],
  notification = makeNotification(),
  given: Record<string, string> = GIVEN,
): Promise<Record<string, string>> {
  const { request, result } = await sendTo(t, PUSHOVER, given, notification, OK)
  t.deepEqual(result, { type: 'sent', said: 'status 200' })
  t.is(request.path, '/1/messages.json')
  t.is(request.headers['content-type'], 'application/x-www-form-urlencoded')
  return Object.fromEntries(new URLSearchParams(request.body))
}

test('a message of Pushover', async (t) => {
  t.snapshot(await formFor(t, makeNotification(), { ...GIVEN, device: 'phone' }))
})

test('an emergency only if it is asked for, and only for what fires', async (t) => {
  for (const severity of ['info', 'warning', 'critical'] as const) {
    const { priority, retry } = await formFor(t, makeNotification({ severity }))
    t.true(Number(priority) < 2)
    t.is(retry, undefined)
  }
  const given = { ...GIVEN, priority: '2' }
  t.like(await formFor(t, makeNotification(), given), { priority: '2', retry: '60', expire: '3600' })
  const resolved = makeNotification({
    status: 'resolved',
    cause: 'resolved',
    alerts: [makeAlert({ resolvedAt: 1 })],
  })
  t.like(await formFor(t, resolved, given), { priority: '0' })
})

testResponses('Pushover', PUSHOVER, GIVEN, [
  [{ body: '<html>' }, { type: 'retry', said: 'not an answer of Pushover: status 200: <html>' }],
  [{ body: '{"status":0,"errors":["x"]}' }, { type: 'retry' }],
  [
    { status: 400, body: '{"user":"invalid","errors":["user identifier is invalid"],"status":0}' },
    {
      type: 'refused',
      said: 'status 400: {"user":"invalid","errors":["user identifier is invalid"],"status":0}',
    },
  ],
  [
    { status: 429, body: '{"status":0}' },
    { type: 'retry', retryAfterMs: null },
  ],
  [{ status: 503, body: '' }, { type: 'retry' }],
])

test('keys are not told', async (t) => {
  const answer = { status: 400, body: `${GIVEN.user} ${GIVEN.token}` }
  const { result } = await sendTo(t, PUSHOVER, GIVEN, makeNotification(), answer)
  t.is(result.said, 'status 400: xxxxx xxxxx')
})

for (const [name, text] of Object.entries(HOSTILE_TEXTS))
  for (const count of [1, 20])
    test(`Pushover takes ${name} in ${count}`, async (t) => {
      const form = await formFor(t, makeHostile(text, count))
      t.true((form['message'] ?? '').length <= 1_024)
      t.not(form['message'], '')
      t.true((form['title'] ?? '').length <= 250)
      t.false('html' in form)
      t.is(form['url'], 'https://status.example/')
    })

test('a storm fits into a message of Pushover', async (t) => {
  const { message } = await formFor(t, makeStorm(5_000))
  t.regex(message ?? '', /\nand 4,9\d\d more$/)
})

test('a link that is too long is left out', async (t) => {
  const form = await formFor(t, makeNotification({ link: `https://status.example/${'a'.repeat(512)}` }))
  t.is(form['url'], undefined)
})

test('keys that can not be right are refused', (t) => {
  t.throws(() => settingsFor(PUSHOVER, { ...GIVEN, priority: '3' }), {
    message: 'not a priority from -2 to 2',
  })
})
