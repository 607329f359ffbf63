import test from 'ava'
import { nextPlace } from '../../../src/web/probe/http-place.ts'

const FROM = {
  url: new URL('http://a.example/x'),
  address: '127.0.0.1',
  host: 'a.example',
  serverName: 'a.example',
}

test('bytes of a Location that are not ASCII are sent as they came', (t) => {
  // As they are read: one character for each byte.
  const raw = Buffer.from('/ä?q=ß').toString('latin1')
  t.is(nextPlace(FROM, raw)?.url.href, 'http://a.example/%C3%A4?q=%C3%9F')
})

for (const [location, href, isElsewhere] of [
  ['/y', 'http://a.example/y', false],
  ['y?q#f', 'http://a.example/y?q', false],
  ['\\y', 'http://a.example/y', false],
  ['http:y', 'http://a.example/y', false],
  ['//a.example/y', 'http://a.example/y', true],
  ['HTTP://a.example/y', 'http://a.example/y', true],
  ['https://a.example/y', 'https://a.example/y', true],
  ['https:y', 'https://y/', true],
  ['//b.example/y', 'http://b.example/y', true],
  // As browsers read them.
  ['\\\\b.example\\y', 'http://b.example/y', true],
  ['/\t/b.example/y', 'http://b.example/y', true],
  ['ht\ttp://b.example/y', 'http://b.example/y', true],
  ['http:///b.example/y', 'http://b.example/y', true],
  ['http://relative.invalid/', 'http://relative.invalid/', true],
] as const)
  test(`a Location ${JSON.stringify(location)} leads to the ${isElsewhere ? 'host that it names' : 'same address'}`, (t) => {
    const next = nextPlace(FROM, location)
    t.is(next?.url.href, href)
    t.is(next?.address, isElsewhere ? null : FROM.address)
    t.is(next?.host, isElsewhere ? new URL(href).host : FROM.host)
  })
