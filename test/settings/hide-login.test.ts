import test from 'ava'
import { hideLogin } from '../../src/settings/hide-login.ts'

for (const [url, hidden] of [
  ['http://a.example/', 'http://a.example/'],
  ['http://me:secret@a.example/', 'http://me:xxxxx@a.example/'],
  ['http://token@a.example/', 'http://xxxxx@a.example/'],
  ['//me:secret@a.example', '//me:xxxxx@a.example'],
  ['me:secret@a.example', 'me:xxxxx@a.example'],
  [String.raw`http:\\me:secret@a.example`, String.raw`http:\\me:xxxxx@a.example`],
  [String.raw`http://me\you:secret@a.example`, String.raw`http://me\you:xxxxx@a.example`],
  ['http://me:se/cret@a.example/', 'http://me:xxxxx@a.example/'],
  ['http://a.example:80/@b', 'http://a.example:80/@b'],
] as const)
  test(`the login of ${url}`, (t) => t.is(hideLogin(url), hidden))

for (const [what, url] of [
  ['slashes', `http:${'\\'.repeat(500_000)}`],
  ['slashes and a colon', `${'\\'.repeat(500_000)}:80/`],
  ['letters', `http:${'a'.repeat(500_000)}`],
  ['colons', 'a:'.repeat(250_000)],
] as const) {
  // If the time grew with the square of the length, it would take minutes and this test would time out.
  test(`a long text is searched for a login in linear time: ${what}`, (t) => t.is(hideLogin(url), url))
}
