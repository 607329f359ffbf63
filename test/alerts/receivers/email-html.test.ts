import test from 'ava'
import { emailHtml } from '../../../src/alerts/receivers/email-html.ts'
import { messageText } from '../../../src/alerts/receivers/message-text.ts'
import type { Notification } from '../../../src/alerts/notification.ts'
import { UNPRINTABLE } from '../../../src/resource/unprintable.ts'
import { HOSTILE_TEXTS, makeHostile, makeStorm } from '../../helpers/hostile-notification.ts'
import { makeNotification } from '../../helpers/notification.ts'

const htmlOf = (notification: Notification) => emailHtml(messageText(notification, 'UTC'))

test('the HTML of a mail', (t) => {
  t.snapshot(htmlOf(makeNotification()))
})

test('many URLs are a table', (t) => {
  const html = htmlOf(makeStorm(5_000))
  t.is(html.match(/<tr><td class="item"/g)?.length, 21)
  t.regex(html, />and 4,980 more</)
})

test('without a page there is no button, and without a note no paragraph', (t) => {
  const html = htmlOf(makeNotification({ link: '' }))
  t.false(html.includes('<a '))
  t.false(html.includes('class="note"'))
  t.regex(htmlOf(makeNotification({ cause: 'test', alerts: [] })), /class="note" [^>]*>Somebody asked/)
})

test('nothing is loaded from anywhere', (t) => {
  const html = htmlOf(makeStorm(5_000))
  t.notRegex(html, /<(img|link|script|iframe)|@import|url\(|src=/)
  t.deepEqual(html.match(/https?:[^\s<"]*"/g), ['https://status.example/"'])
})

/** The elements of a page, in their order, without what they hold. */
const tagsOf = (html: string) => (html.match(/<[^>]*>/g) ?? []).filter((tag) => !tag.startsWith('<!'))

for (const [name, hostile] of Object.entries(HOSTILE_TEXTS))
  for (const count of [1, 20])
    test(`a mail is not misled by ${name} in ${count}`, (t) => {
      const html = htmlOf(makeHostile(hostile, count))
      t.deepEqual(tagsOf(html), tagsOf(htmlOf(makeHostile('plain', count))))
      t.notRegex(html, /&(?!(amp|lt|gt|quot);)/)
      for (const line of html.split('\n')) t.is(line.search(UNPRINTABLE), -1)
    })
