import test from 'ava'
import { parseProxySetting } from '../../src/settings/proxy.ts'
import type { Url } from '../../src/resource/resource.ts'
import type { PollOptions } from '../../src/settings/poll-options.ts'
import { dnsServer } from '../helpers/dns-server.ts'
import { startEcho } from '../helpers/echo-origin.ts'
import type { Received } from '../helpers/echo-origin.ts'
import { freePort } from '../helpers/free-port.ts'
import { startProxy } from '../helpers/proxy-server.ts'
import { TestPoller } from '../helpers/test-poller.ts'

type Sent = readonly [title: string, different: (host: string) => Partial<PollOptions>, login?: string]

const SENT: readonly Sent[] = [
  ['a token in a header', () => ({ headers: [['Authorization', 'Bearer tokenSECRET']] })],
  [
    'a password in a header',
    () => ({ headers: [['Authorization', `Basic ${Buffer.from('me:hunterSECRET').toString('base64')}`]] }),
  ],
  ['a cookie', () => ({ headers: [['Cookie', 'theme=dark; sid=abcSECRET']] })],
  ['a key that ends with =', () => ({ headers: [['X-Api-Key', 'abSECRET=']] })],
  ['the password of the URL', () => ({}), 'me:p%40ssSECRET@'],
  ['a token as the name of the URL', () => ({}), 'ghpSECRET@'],
  ['a key of two words', () => ({ headers: [['X-Api-Key', 'abSECRET words']] })],
  ['a form', () => ({ data: { text: 'user=me&password=hunter+2SECRET' } })],
  ['a token as the name for a proxy', (host) => ({ proxy: parseProxySetting(`http://ghpSECRET@${host}`) })],
  [
    'a token as the name of a login',
    () => ({ headers: [['Authorization', `Basic ${Buffer.from('ghpSECRET:').toString('base64')}`]] }),
  ],
  ['the password of a proxy', (host) => ({ proxy: parseProxySetting(`http://me:hunterSECRET@${host}`) })],
]

for (const [title, different, login = ''] of SENT) {
  test(`${title} is not shown where a server repeats it`, async (t) => {
    const origin = await startEcho(t, (request) => {
      const echo = repeated(request)
      return request.path.includes('/redirect')
        ? { status: 302, headers: { location: `/?${encodeURIComponent(echo)}` } }
        : { status: 200, headers: { 'x-echo': echo } }
    })
    const host = new URL(origin.url).host
    for (const path of ['header', 'redirect']) {
      const options = { responseHeaders: [['x-echo', 'none']] as const, ...different(host) }
      const poller = new TestPoller(options)
      t.teardown(() => poller.close())
      const state = await poller.pollWithoutStall(`http://${login}${host}/${path}`)
      const { search } = new URL(state.finalUrl)
      const shown = path === 'header' ? state.detail : search
      t.is(state.verdict, 'down')
      t.regex(shown, /\*\*\*/, path)
      t.notRegex(shown, /SECRET|VDUkVU|NFQ1JFV|TRUNSRV/, path)
    }
  })
}

/** What of a request may be secret, also decoded. */
function repeated({ headers, body }: Received): string {
  const logins = [headers.authorization, headers['proxy-authorization']].flatMap((value = '') => [
    value,
    Buffer.from(value.slice(6), 'base64')
      .toString()
      .replaceAll(/[^ -~]/g, ''),
  ])
  const password = new URLSearchParams(body.toString()).get('password')
  return [...logins, headers.cookie, headers['x-api-key'], body, password].filter(Boolean).join(' ')
}

test('words of the body of a request that an answer has too are shown', async (t) => {
  const origin = await startEcho(t, () => ({
    status: 200,
    headers: { 'x-echo': '{"query": null, "health": 0}' },
  }))
  const poller = new TestPoller({
    responseHeaders: [['x-echo', 'none']],
    data: { text: '{"query": "{ health }"}' },
  })
  t.teardown(() => poller.close())
  const { detail } = await poller.pollWithoutStall(origin.url)
  t.is(detail, 'x-echo: {"query": null, "health": 0}')
})

test('what a proxy repeats of its password to a canary is shown nowhere', async (t) => {
  const names = await dnsServer(t, { 'gone.example': { a: ['127.0.0.1'] } })
  const proxy = await startProxy(t, (socket, text) => {
    const [, login = ''] = /proxy-authorization: (.*)\r\n/.exec(text) ?? []
    socket.end(`HTTP/1.1 407 ${login} ${Buffer.from(login.slice(6), 'base64').toString()}\r\n\r\n`)
  })
  const poller = new TestPoller({
    resolvers: [names.address],
    canaries: ['https://canary.example/' as Url],
    proxy: parseProxySetting(`http://me:hunterSECRET@127.0.0.1:${proxy.port}`),
  })
  t.teardown(() => poller.close())
  poller.setProfiles([[1, { proxy: null }]])
  const gone = `http://gone.example:${await freePort()}/`
  const state = await poller.pollWithoutStall(gone, { profile: 1, verdict: 'up' })
  for (const text of [state.detail, ...poller.uplink]) {
    t.regex(text ?? '', /no canary answers .* 407 .*\*\*\*/)
    t.notRegex(text ?? '', /SECRET|VDUkVU|NFQ1JFV|TRUNSRV/)
  }
})
