import test from 'ava'
import { mailContent } from '../../../src/alerts/receivers/mail-html.ts'
import { UNPRINTABLE } from '../../../src/resource/unprintable.ts'
import { HOSTILE_TEXTS, makeHostile, makeStorm } from '../../helpers/hostile-notification.ts'
import { makeNotification } from '../../helpers/notification.ts'

test('a mail', (t) => {
  const { subject, text, html } = mailContent(makeNotification(), 'UTC')
  t.is(subject, 'Down: https://shop.example/cart')
  t.snapshot(text)
  t.snapshot(html)
})

test('many URLs are a table', (t) => {
  const { html } = mailContent(makeStorm(5_000), 'UTC')
  t.is(html.match(/<tr><td class="item"/g)?.length, 21)
  t.regex(html, />and 4,980 more</)
})

test('without a page there is no button, and without a note no paragraph', (t) => {
  const { html } = mailContent(makeNotification({ link: '' }), 'UTC')
  t.false(html.includes('<a '))
  t.false(html.includes('class="note"'))
  t.regex(
    mailContent(makeNotification({ cause: 'test', alerts: [] })).html,
    /class="note" [^>]*>Somebody asked/,
  )
})

test('nothing is loaded from anywhere', (t) => {
  const { html } = mailContent(makeStorm(5_000))
  t.notRegex(html, /<(img|link|script|iframe)|@import|url\(|src=/)
  t.deepEqual(html.match(/https?:[^\s<"]*"/g), ['https://status.example/"'])
})

/** The elements of a page, in their order, without what they hold. */
const tagsOf = (html: string) => (html.match(/<[^>]*>/g) ?? []).filter((tag) => !tag.startsWith('<!'))

for (const [name, hostile] of Object.entries(HOSTILE_TEXTS))
  for (const count of [1, 20])
    test(`a mail is not misled by ${name} in ${count}`, (t) => {
      const { subject, text, html } = mailContent(makeHostile(hostile, count), 'UTC')
      t.deepEqual(tagsOf(html), tagsOf(mailContent(makeHostile('plain', count), 'UTC').html))
      t.notRegex(html, /&(?!(amp|lt|gt|quot);)/)
      for (const line of [subject, ...text.split('\n'), ...html.split('\n')])
        t.is(line.search(UNPRINTABLE), -1)
      t.true(subject.length <= 200)
    })

test('a subject can not begin another header', (t) => {
  const { subject } = mailContent(makeHostile('x\r\nBcc: everybody@evil.example\r\n\r\nbody', 2), 'UTC')
  t.notRegex(subject, /[\r\n]/)
  t.true(subject.includes(String.raw`\u000d\u000aBcc`))
})
