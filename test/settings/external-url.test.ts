import test from 'ava'
import { parseExternalUrl } from '../../src/settings/external-url.ts'

for (const [text, expected] of [
  ['https://status.example', 'https://status.example/'],
  ['https://status.example/hc', 'https://status.example/hc/'],
  ['HTTP://192.0.2.1:9115/hc/', 'http://192.0.2.1:9115/hc/'],
] as const)
  test(`${text} is ${expected}`, (t) => {
    t.is(parseExternalUrl(text), expected)
  })

for (const text of [
  '',
  'status.example',
  '/hc',
  'ftp://a.example/',
  'https://a.example/?x',
  'https://a.example/#x',
])
  test(`${JSON.stringify(text)} is refused`, (t) => {
    t.throws(() => parseExternalUrl(text), { instanceOf: RangeError, message: /^not the URL of a page/ })
  })

test('a login is refused, and not shown', (t) => {
  t.throws(() => parseExternalUrl('https://me:secret@a.example/'), {
    message: /^everybody .* leave out the login$/,
  })
})
