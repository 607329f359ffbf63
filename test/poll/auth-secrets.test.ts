import test from 'ava'
import type { PollOptions } from '../../src/settings/poll-options.ts'
import { startOrigin } from '../helpers/origin.ts'
import { TestPoller } from '../helpers/test-poller.ts'

const FILE = '/secret'

const AUTHS = [
  ['bearer', 'tok-SECRET/"x'],
  ['basic', 'me:hunter2SECRET'],
] as const

for (const [scheme, secret] of AUTHS) {
  test(`a secret of auth=${scheme} is not shown, also if the server repeats it`, async (t) => {
    const { port } = await startOrigin(t, ({ headers, url }, response) => {
      const sent = headers.authorization ?? ''
      const login = scheme === 'basic' ? Buffer.from(sent.slice(6), 'base64').toString() : ''
      if (url === '/status') response.writeHead(403, `no ${sent} ${login}`).end()
      else if (url === '/redirect')
        response.writeHead(302, { location: `/body?${encodeURIComponent(sent)}&${login}` }).end()
      else
        response.writeHead(200, { 'x-echo': `${sent} ${login}` }).end(JSON.stringify({ echo: sent, login }))
    })
    const checks: readonly (readonly [path: string, different: Partial<PollOptions>])[] = [
      ['status', {}],
      ['redirect', { body: ['x-y'] }],
      ['header', { responseHeaders: [['x-echo', 'none']] }],
    ]
    for (const [path, different] of checks) {
      const poller = new TestPoller({ auth: { scheme, file: FILE }, timeoutMs: 5_000, ...different })
      t.teardown(() => poller.close())
      poller.poller.setFiles([[FILE, Buffer.from(`${secret}\n`)]])
      const state = await poller.pollWithoutStall(`http://127.0.0.1:${port}/${path}`)
      const shown = [state.detail, state.statusText, state.finalUrl].join(' ')
      t.is(state.verdict, 'down')
      t.notRegex(shown, /SECRET|bWU6aHVudGVyMlNFQ1JFVA/, path)
      t.regex(shown, /\*\*\*/, path)
    }
  })
}

test('a secret is not shown whose file changes while the server repeats it', async (t) => {
  const poller = new TestPoller({
    auth: { scheme: 'bearer', file: FILE },
    data: { file: '/data' },
    responseHeaders: [['x-echo', 'none']],
  })
  t.teardown(() => poller.close())
  const setFiles = (version: string) =>
    poller.poller.setFiles([
      [FILE, Buffer.from(`TOKEN-${version}`)],
      ['/data', Buffer.from(`password=${version}-PASSWORD`)],
    ])
  const { port } = await startOrigin(t, ({ headers }, response) => {
    setFiles('new')
    response.writeHead(200, { 'x-echo': `${headers.authorization} old-PASSWORD new-PASSWORD` }).end()
  })
  setFiles('old')
  const { detail } = await poller.pollWithoutStall(`http://127.0.0.1:${port}/`)
  t.is(detail, 'x-echo: Bearer *** *** ***')
})
