import test from 'ava'
import { Authority } from '../helpers/certificates.ts'
import { FRAME_CASES, FRAME_SCRIPTS } from '../helpers/frame-scripts.ts'
import { FrameServer } from '../helpers/frame-server.ts'
import { TestPoller } from '../helpers/poll.ts'

let server: FrameServer
let tls: { ca: string; cert: null; key: null }

test.before(async () => {
  const authority = await Authority.create()
  tls = { ca: authority.pem, cert: null, key: null }
  server = await FrameServer.start(await authority.issue([{ type: 'ip', value: '127.0.0.1' }]), FRAME_SCRIPTS)
})
test.after.always(() => server.close())

test('every script has its case', (t) => {
  t.deepEqual(Object.keys(FRAME_SCRIPTS).toSorted(), Object.keys(FRAME_CASES).toSorted())
})

for (const [name, [verdict, reason, status, httpVersion]] of Object.entries(FRAME_CASES)) {
  for (const keepAlive of [false, true]) {
    test(`${name}: ${verdict}, ${reason}${keepAlive ? ', with keep-alive' : ''}`, async (t) => {
      const poller = new TestPoller({ http2: true, keepAlive, tls })
      t.teardown(() => poller.close())
      const state = await poller.settle(server.url(name))
      t.deepEqual([state.verdict, state.reason, state.status], [verdict, reason, status], state.detail)
      if (verdict === 'up') t.is(state.httpVersion, httpVersion ?? '2')
      t.log(state.detail)
    })
  }
}

const times = (path: string) => server.asked.filter((asked) => asked === path).length

test.serial('what a server has refused before it began with it is asked once more', async (t) => {
  for (const [path, total] of [
    ['refuses', 2],
    ['http-1-only', 1],
    ['goaway-at-once', 1],
    ['reset-stream', 1],
  ] as const) {
    const poller = new TestPoller({ http2: true, tls })
    const before = times(path)
    await poller.poll(server.url(path))
    await poller.close()
    t.is(times(path) - before, total, path)
  }
})
