import test from 'ava'
import { matcherText, parseMatcher } from '../../../src/alerts/plan/matcher-text.ts'
import { parseSilence } from '../../../src/web/server/alert-parameters.ts'
import { startApi } from '../../helpers/api-server.ts'

const NOW = Date.UTC(2026, 10, 26)
const why = (query: string) => {
  try {
    parseSilence(new URLSearchParams(query), NOW)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

test('a silence is for labels and a time', (t) => {
  const parsed = parseSilence(new URLSearchParams('label.team=web&for=2h&author=me'), NOW)
  t.deepEqual(parsed, {
    id: null,
    urls: [],
    match: [{ label: 'team', isPositive: true, values: ['web'], pattern: null }],
    author: 'me',
    comment: '',
    from: null,
    to: NOW + 7_200_000,
  })
  const later = parseSilence(
    new URLSearchParams('label.a=~b&from=2026-11-27T00:00:00Z&for=1h&author=me&id=x&comment=c'),
    NOW,
  )
  const days = parseSilence(new URLSearchParams('label.a=b&for=14d&author=me'), NOW)
  t.is(days.to - NOW, 14 * 86_400_000)
  // It is kept and shown, so that it has no login.
  for (const url of ['http://me:x@a.example', 'http://a.example', 'http://x@@a.example']) {
    const ofUrl = parseSilence(new URLSearchParams({ u: url, for: '1h', author: 'me' }), NOW)
    t.deepEqual([ofUrl.urls, ofUrl.match], [['http://a.example', 'http://a.example/'], []])
  }
  const odd = new URLSearchParams({ u: 'HTTP://me:x@a.example/x#y', for: '1h', author: 'me' })
  const { urls } = parseSilence(odd, NOW)
  t.is(urls[0], 'HTTP://a.example/x#y')
  t.true(urls.includes('http://a.example/x'))
  t.like(later, { id: 'x', comment: 'c', from: NOW + 86_400_000, to: NOW + 90_000_000 })
})

test('what is wrong with a silence is said with what would be right', (t) => {
  const said = [
    'for=1h&author=me',
    'label.a=~(&for=1h&author=me',
    'label.a=b&label.a=c&for=1h&author=me',
    'label.a=b&author=me',
    'label.a=b&for=1&author=me',
    'label.a=b&for=1h&to=2026-11-27T00:00:00Z&author=me',
    'label.a=b&to=soon&author=me',
    'label.a=b&for=1h',
    'label.a=b&for=1h&author=%20',
    `label.a=b&for=1h&author=me&comment=${'x'.repeat(501)}`,
    `label.a=${'x'.repeat(501)}&for=1h&author=me`,
    `label.${'x'.repeat(501)}=a&for=1h&author=me`,
    `${Array.from({ length: 51 }, (_, n) => `label.a${n}=b&`).join('')}for=1h&author=me`,
    'u=nonsense&for=1h&author=me',
    'u=http://me:s3cret@a.example:x/&for=1h&author=me',
  ].map(why)
  t.snapshot(said)
})

test('a condition on a label is written as it is read', (t) => {
  for (const text of ['web', '!web', '~a|b', '!~a.*', '', '!'])
    t.is(matcherText(parseMatcher('team', text)), text)
  const several = { label: 'team', isPositive: true, values: ['a.b', 'c'], pattern: null }
  t.is(matcherText(several), String.raw`~a\.b|c`)
})

test('a change is answered, whatever the client has', async (t) => {
  const alerter = { isThere: true, ask: () => Promise.resolve({ isDone: true }) as Promise<never> }
  const { get } = await startApi(t, null, undefined, { alerter })
  const init = { method: 'POST', headers: { 'if-none-match': '*' } }
  const { status, json } = await get('/acknowledge?key=a&by=me', init)
  t.is(status, 200)
  t.deepEqual(json, { key: 'a', by: 'me' })
})

test('without an alerter, requests about alerts can be made again later', async (t) => {
  const { get } = await startApi(t, null)
  const { status, json } = await get('/alerts')
  t.is(status, 503)
  t.deepEqual(json, { error: 'the alerter does not answer' })
  t.is((await get('/acknowledge')).status, 405)
  t.is((await get('/acknowledge')).headers.get('allow'), 'POST')
  const put = await get('/silences', { method: 'PUT' })
  t.is(put.headers.get('allow'), 'GET, HEAD, POST, DELETE')
  t.is(put.json['error'], 'PUT is not allowed here, only GET, HEAD, POST and DELETE')
})
