import test from 'ava'
import { isFailure } from '../../../src/poll/attempt/failure.ts'
import { isRedirect, Redirects } from '../../../src/poll/http/redirects.ts'

const FROM = new URL('http://user:pass@a.example/x/y?z')

for (const [location, to] of [
  ['/there', 'http://user:pass@a.example/there'],
  ['there#fragment', 'http://user:pass@a.example/x/there'],
  ['?q', 'http://user:pass@a.example/x/y?q'],
  ['//b.example/', 'http://b.example/'],
  ['https://b.example:443/', 'https://b.example/'],
  [Buffer.from('/ü').toString('latin1'), 'http://user:pass@a.example/%C3%BC'],
  ['/caf\u00e9?\u00e9', 'http://user:pass@a.example/caf%E9?%E9'],
  [Buffer.from('http://exämple/').toString('latin1'), 'http://xn--exmple-cua/'],
] as const) {
  test(`Location: ${location}`, (t) => {
    const next = new Redirects(1).next(FROM, location)
    t.is(isFailure(next) ? next.detail : next.href, to)
  })
}

for (const [location, detail] of [
  [null, /without a Location/],
  ['', /without a Location/],
  ['mailto:a@b.example', /not http: mailto:/],
  ['javascript:alert(1)', /not http/],
  ['http://[', /not a URL/],
] as const) {
  test(`rejected Location: ${location}`, (t) => {
    const next = new Redirects(1).next(FROM, location)
    t.is(isFailure(next) && next.reason, 'redirect')
    t.regex(isFailure(next) ? next.detail : '', detail)
  })
}

test('a Location has a maximum length', (t) => {
  const location = `/${'x'.repeat(16_383)}`
  t.false(isFailure(new Redirects(1).next(FROM, location)))
  const next = new Redirects(1).next(FROM, `${location}x`)
  t.deepEqual(isFailure(next) && [next.reason, next.detail], [
    'redirect',
    'the Location is longer than 16384 bytes',
  ])
})

test('at most `max` redirects, and none to a URL for the third time', (t) => {
  const redirects = new Redirects(2)
  t.false(isFailure(redirects.next(FROM, '/1')))
  t.false(isFailure(redirects.next(FROM, '/2')))
  const third = redirects.next(FROM, '/3')
  t.regex(isFailure(third) ? third.detail : '', /--max-redirects 2$/)
  const circle = new Redirects(9)
  t.false(isFailure(circle.next(FROM, FROM.href)))
  t.false(isFailure(circle.next(FROM, FROM.href)))
  t.is(circle.count, 2)
  const again = circle.next(FROM, FROM.href)
  t.regex(isFailure(again) ? again.detail : '', /loop/)
})

test('the statuses that are followed', (t) => {
  t.deepEqual(
    [300, 301, 302, 303, 304, 305, 306, 307, 308, 200].filter((status) => isRedirect(status)),
    [301, 302, 303, 307, 308],
  )
})
