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
