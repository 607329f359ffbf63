import { readFileSync } from 'node:fs'
import test from 'ava'
import type { Notification } from '../../../src/alerts/notification.ts'
import { fitMessage, plainBody, subjectLine } from '../../../src/alerts/receivers/message-fit.ts'
import { messageText } from '../../../src/alerts/receivers/message-text.ts'
import { linkTo } from '../../../src/alerts/run/create-parts.ts'
import { UNPRINTABLE } from '../../../src/resource/unprintable.ts'
import { HOSTILE_TEXTS, makeHostile, makeStorm } from '../../helpers/hostile-notification.ts'
import { makeAlert, makeNotification } from '../../helpers/notification.ts'

const AT = makeNotification().at

/** The whole message, as it is read in a plain-text mail. */
function whole(notification: Notification, timeZone = 'UTC'): string {
  const message = messageText(notification, timeZone)
  return `${subjectLine(message)}\n\n${plainBody(message)}`
}

const RESOLVED = makeAlert({ resolvedAt: AT - 5_000, summary: 'up for 2 polls' })

const subjects = (fields: Partial<Notification>) => subjectLine(messageText(makeNotification(fields), 'UTC'))

test('a URL that is down', (t) => {
  t.snapshot(whole(makeNotification()))
})

test('the message in the documentation is such a message', (t) => {
  const docs = readFileSync(new URL('../../../docs/alerts.md', import.meta.url), 'utf8')
  const link = linkTo('http://192.0.2.5:9115/', [makeAlert()])
  t.true(docs.includes(`\`\`\`text\n${whole(makeNotification({ link }))}\n\`\`\`\n`))
})

test('a URL that is up again says how long it lasted', (t) => {
  const notification = makeNotification({
    status: 'resolved',
    cause: 'resolved',
    alerts: [RESOLVED],
    firing: 0,
  })
  t.snapshot(whole(notification))
})

test('how long it lasts does not follow a clock that was set', (t) => {
  const ahead = { since: AT + 3_600_000, lastedMs: 300_000 }
  t.regex(whole(makeNotification({ cause: 'repeat', alerts: [makeAlert(ahead)] })), /^Since: .*, for 5m$/m)
  const over = { status: 'resolved', cause: 'resolved', firing: 0 } as const
  const alerts = [makeAlert({ ...ahead, resolvedAt: AT })]
  t.regex(whole(makeNotification({ ...over, alerts })), /^Lasted: 5m, from /m)
  const two = [...alerts, makeAlert({ since: AT - 7_200_000, resolvedAt: AT })]
  t.regex(whole(makeNotification({ ...over, alerts: two })), /lasted 5m: .*\n.*lasted 2h: /)
})

test('many URLs are counted, with what they have in common, and the first are named', (t) => {
  const text = whole(makeStorm(5_000))
  t.snapshot(text)
  t.is(text.split('\n').filter((line) => line.startsWith('- ')).length, 20)
})

test('each cause has its words', (t) => {
  t.is(subjects({ cause: 'repeat' }), 'Still down: https://shop.example/cart')
  t.is(subjects({ cause: 'escalation' }), 'Not acknowledged: still down: https://shop.example/cart')
  t.is(subjects({ cause: 'unwatched', status: 'resolved' }), 'No longer watched: https://shop.example/cart')
  t.is(subjects({ cause: 'test', alerts: [] }), 'Test: headcount reaches this receiver')
  t.regex(whole(makeNotification({ cause: 'test', alerts: [] })), /Nothing is wrong/)
  t.regex(
    whole(makeNotification({ cause: 'unwatched', status: 'resolved' })),
    /has another limit\. It was not seen to be over/,
  )
})

test('an uptime that is no longer watched may be one of which the history knows nothing any more', (t) => {
  const over = { cause: 'unwatched', status: 'resolved' } as const
  t.regex(
    whole(makeNotification({ ...over, kind: 'uptime' })),
    /has another limit, or the history has begun anew\. It/,
  )
  t.notRegex(whole(makeNotification({ ...over, kind: 'slow' })), /history/)
})

test('each kind has its words', (t) => {
  const both = (kind: Notification['kind']) => {
    const alerts = [makeAlert({ kind })]
    return [
      subjects({ kind, alerts }),
      subjects({ kind, alerts, status: 'resolved', cause: 'resolved' }),
    ].map((subject) => subject.replace(': https://shop.example/cart', ''))
  }
  t.deepEqual(both('down'), ['Down', 'Up again'])
  t.deepEqual(both('unknown'), ['Unknown', 'Known again'])
  t.deepEqual(both('slow'), ['Slow', 'No longer slow'])
  t.deepEqual(both('certificate'), ['Certificate expires soon', 'Certificate renewed'])
  t.deepEqual(both('uptime'), ['Uptime too low', 'Uptime high enough again'])
  t.deepEqual(both('flapping'), ['Flapping', 'Settled'])
  t.is(
    subjects({ kind: 'changed', alerts: [makeAlert({ kind: 'changed' })] }),
    'Changed: https://shop.example/cart',
  )
})

test('a group is named by its label', (t) => {
  const alert = makeAlert({
    kind: 'group',
    url: '',
    group: 'service=shop',
    state: null,
    summary: '3 of 5 are down',
  })
  t.snapshot(whole(makeNotification({ kind: 'group', alerts: [alert], commonHost: '' })))
  const two = makeNotification({ kind: 'group', alerts: [alert, alert], commonHost: '', commonLabels: {} })
  t.is(subjectLine(messageText(two)), 'Group down: 2 groups')
})

test('a certificate says when it expires', (t) => {
  const notification = makeNotification({ kind: 'certificate', alerts: [makeAlert({ kind: 'certificate' })] })
  t.regex(whole(notification), /^Expires: 2026-11-27 10:42:07 UTC$/m)
})

test('times have their zone', (t) => {
  t.regex(whole(makeNotification(), 'Asia/Kolkata'), /^Since: 2026-11-26 16:10:37 UTC\+05:30, for 1m 30s$/m)
})

test('of more than are named, others may have begun earlier', (t) => {
  t.regex(whole(makeStorm(21)), /^Since: .* UTC or before, for /m)
  t.notRegex(whole(makeStorm(20)), /or before/)
})

test('what else of the group fires is told', (t) => {
  t.regex(whole(makeNotification({ firing: 4 })), /^Others: 3 of the same rule are not over$/m)
  const resolved = makeNotification({ status: 'resolved', cause: 'resolved', alerts: [RESOLVED], firing: 1 })
  t.regex(whole(resolved), /^Others: 1 of the same rule is not over$/m)
})

test('only an http link is a link', (t) => {
  t.is(messageText(makeNotification({ link: 'javascript:alert(1)' })).link, '')
  t.is(messageText(makeNotification({ link: '' })).link, '')
  t.is(messageText(makeNotification({ link: `https://a/"<'>` })).link, 'https://a/%22%3C%27%3E')
})

for (const [name, hostile] of Object.entries(HOSTILE_TEXTS))
  for (const count of [1, 2])
    test(`hostile text, ${name}, ${count === 1 ? 'alone' : 'among others'}, is a bounded part of a line`, (t) => {
      const message = messageText(makeHostile(hostile, count), 'UTC')
      const lines = [message.title, message.subject, message.note, ...message.facts.map(({ value }) => value)]
      t.true(subjectLine(message).length <= 200)
      for (const line of [...lines, ...message.items.flatMap(({ name: what, value }) => [what, value])]) {
        t.is(line.search(UNPRINTABLE), -1)
        t.true(line.isWellFormed())
        t.true(line.length <= 300)
      }
      const again = messageText(makeHostile('plain', count), 'UTC')
      t.is(plainBody(message).split('\n').length, plainBody(again).split('\n').length)
    })

test('what does not fit is left out from the end, and counted', (t) => {
  const message = messageText(makeStorm(100), 'UTC')
  const fitted = fitMessage(message, (one) => plainBody(one).length <= 1_024)
  t.true(plainBody(fitted).length <= 1_024)
  t.true(fitted.items.length > 0)
  t.is(fitted.items.length + fitted.more, 100)
  t.regex(plainBody(fitted), new RegExp(`^and ${fitted.more} more$`, 'm'))
  t.is(fitMessage(message, () => true).items.length, 20)
  t.deepEqual(fitMessage(message, ({ items }) => items.length === 0).facts, message.facts)
  t.deepEqual(fitMessage(message, () => false).facts, [])
})

test('a subject can not begin another header of a mail', (t) => {
  const text = 'x\r\nBcc: everybody@evil.example\r\n\r\nbody'
  t.is(
    subjectLine(messageText(makeHostile(text, 2), 'UTC')),
    String.raw`Down: 2 URLs of x\u000d\u000aBcc: everybody@evil.example\u000d\u000a\u000d\u000abody`,
  )
})

test('of several, each says once how long it has lasted', (t) => {
  const items = (fields: Partial<Notification>, ...summaries: string[]) => {
    const alerts = summaries.map((summary) =>
      makeAlert({ summary, resolvedAt: fields.status === 'resolved' ? AT : null }),
    )
    return messageText(makeNotification({ ...fields, alerts }), 'UTC').items.map(({ value }) => value)
  }
  t.deepEqual(items({}, 'down for 2m: 503', 'down for 12 polls: 503', 'down: for 3m', 'down for 1h 5m: x'), [
    'down for 2m: 503',
    'for 1m 30s: down for 12 polls: 503',
    'for 1m 30s: down: for 3m',
    'down for 1h 5m: x',
  ])
  t.deepEqual(items({ status: 'resolved' }, 'up again after 2m: 200 OK', 'all 5 are up'), [
    'up again after 2m: 200 OK',
    'lasted 1m 30s: all 5 are up',
  ])
})
