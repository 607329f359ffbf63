import test from 'ava'
import { requestOf } from '../../../src/web/probe/http-request.ts'

const PARTS = {
  host: 'a.example',
  method: 'GET',
  isHome: true,
  userAgent: 'me',
  headers: [],
  authorization: 'Basic module',
  cookie: null,
  referer: null,
  custom: null,
} as const

const loginOf = (
  parts: Partial<Parameters<typeof requestOf>[0]>,
  url = 'http://a.example/',
): string | undefined => {
  const { headers } = requestOf({ ...PARTS, url: new URL(url), ...parts })
  const at = headers.indexOf('authorization')
  return at === -1 ? undefined : headers[at + 1]
}

test('the login of a header comes first, then that of the URL, then that of the module', (t) => {
  t.is(loginOf({}), 'Basic module')
  t.is(loginOf({}, 'http://u:p@a.example/'), 'Basic dTpw')
  t.is(loginOf({ headers: [['authorization', 'Basic header']] }, 'http://u:p@a.example/'), 'Basic header')
  t.is(loginOf({ headers: [['authorization', 'Basic header']] }), 'Basic header')
})

test('another host gets no login but that of its own URL', (t) => {
  t.is(loginOf({ isHome: false, headers: [['authorization', 'Basic header']] }), undefined)
  t.is(loginOf({ isHome: false }, 'http://u:p@b.example/'), 'Basic dTpw')
})
