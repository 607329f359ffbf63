import test from 'ava'
import { Authority } from '../../../helpers/certificates.ts'
import type { Pair } from '../../../helpers/certificates.ts'
import { FRAME_CASES, FRAME_SCRIPTS, maxConcurrentStreams } from '../../../helpers/frame-scripts.ts'
import { answer, FrameServer, head } from '../../../helpers/frame-server.ts'
import type { FrameScript } from '../../../helpers/frame-server.ts'
import { TestPoller } from '../../../helpers/test-poller.ts'
import { waitUntil } from '../../../helpers/wait-until.ts'
import { ERROR, FLAG, frame, TYPE, uint32 } from '../../../../src/poll/http/http2/frames.ts'
import { REASON_FACTS } from '../../../../src/state/reasons.ts'

let pair: Pair
let server: FrameServer
let tls: { ca: string }

test.before(async () => {
  const authority = await Authority.create()
  tls = { ca: authority.pem }
  pair = await authority.issue([{ type: 'ip', value: '127.0.0.1' }])
  server = await FrameServer.start(pair, FRAME_SCRIPTS)
})
test.after.always(() => server.close())

test('each script has its expected State', (t) => {
  t.deepEqual(Object.keys(FRAME_SCRIPTS).toSorted(), Object.keys(FRAME_CASES).toSorted())
})

for (const [name, [verdict, reason, status, httpVersion]] of Object.entries(FRAME_CASES)) {
  for (const keepAlive of [false, true]) {
    // Tests of deadlines run one after another and before the others, whose floods of frames keep the thread busy.
    const run = reason === 'timeout' ? test.serial : test
    run(`${name}: ${verdict}, ${reason}${keepAlive ? ', with keep-alive' : ''}`, async (t) => {
      const poller = new TestPoller({
        http2: true,
        keepAlive,
        tls,
        timeoutMs: reason === 'timeout' ? 300 : 60_000,
      })
      t.teardown(() => poller.close())
      const state = await poller.pollWithoutStall(server.url(name))
      t.deepEqual([state.verdict, state.reason, state.status], [verdict, reason, status], state.detail)
      if (verdict === 'up') t.is(state.httpVersion, httpVersion ?? '2')
      t.log(state.detail)
    })
  }
}

for (const keepAlive of [false, true])
  test.serial(
    `no stream is allowed by the first settings, nothing is reset: no answer in time${keepAlive ? ', with keep-alive' : ''}`,
    async (t) => {
      const own = await FrameServer.start(pair, FRAME_SCRIPTS, maxConcurrentStreams(0))
      t.teardown(() => own.close())
      const poller = new TestPoller({ http2: true, keepAlive, tls, timeoutMs: 300 })
      t.teardown(() => poller.close())
      const { verdict, reason, detail } = await poller.pollWithoutStall(own.url('silent'))
      t.deepEqual([verdict, reason, detail], ['down', 'timeout', `${REASON_FACTS.timeout.text} (wait)`])
    },
  )

const times = (path: string) => server.requestPaths.filter((asked) => asked === path).length

test.serial('a request that the server refused unprocessed is sent once more', async (t) => {
  for (const [path, total] of [
    ['refuses', 2],
    ['http-1-only', 1],
    ['goaway-at-once', 2],
    ['goaway-with-error', 1],
    ['gone-after-goaway', 1],
    ['reset-stream', 1],
  ] as const) {
    const poller = new TestPoller({ http2: true, tls, timeoutMs: 60_000 })
    const before = times(path)
    await poller.poll(server.url(path))
    await poller.close()
    t.is(times(path) - before, total, path)
  }
})

test('after a GOAWAY that leaves a request unprocessed, it is sent on a new connection', async (t) => {
  let asked = 0
  const own = await FrameServer.start(pair, {
    script: ({ stream, socket, send }) => {
      if (asked++ === 0) socket.end(frame(TYPE.goaway, 0, 0, uint32(0, ERROR.none)))
      else send(answer(stream))
    },
  })
  t.teardown(() => own.close())
  const poller = new TestPoller({ http2: true, tls, timeoutMs: 60_000 })
  t.teardown(() => poller.close())
  t.like(await poller.pollWithoutStall(own.url('script')), { verdict: 'up', rechecked: false })
  t.is(asked, 2)
})

/** Longer than a connection is not reused after its first response, in ms. */
const COOLED_MS = 60

/** Polls one script again and again with keep-alive and checks the responses and the number of connections. */
const kept = test.macro(async (t, script: FrameScript, polls: number, connections: number) => {
  const own = await FrameServer.start(pair, { script })
  t.teardown(() => own.close())
  const poller = new TestPoller({ http2: true, keepAlive: true, tls, timeoutMs: 60_000 })
  t.teardown(() => poller.close())
  for (let more = 0; more < polls; more++) {
    const { verdict, httpVersion, detail } = await poller.pollWithoutStall(own.url('script'))
    t.deepEqual([verdict, httpVersion], ['up', '2'], detail)
    if (more === 0) poller.skip(COOLED_MS)
  }
  t.is(own.connections, connections)
})

const BODY = Buffer.alloc(16_000)

test(
  'kept: unread bodies do not fill the flow-control window',
  kept,
  ({ stream, requestsBefore, allowed, send }) => {
    const status = (requestsBefore + 1) * BODY.length > allowed ? '500' : '200'
    send(head(stream, [[':status', status]], FLAG.endHeaders), frame(TYPE.data, FLAG.endStream, stream, BODY))
  },
  20,
  1,
)

test(
  'kept: a body that comes after the stream was reset',
  kept,
  ({ stream, socket, send }) => {
    send(head(stream, [[':status', '200']], FLAG.endHeaders))
    setImmediate(() => send(frame(TYPE.data, 0, stream, BODY)))
    socket.setNoDelay()
  },
  20,
  1,
)

test(
  'kept: PING and SETTINGS while no request is in flight',
  kept,
  ({ stream, send }) => {
    send(
      answer(stream),
      frame(TYPE.ping, 0, 0, Buffer.alloc(8)),
      frame(TYPE.settings, 0, 0),
      frame(TYPE.windowUpdate, 0, 0, uint32(1)),
    )
  },
  5,
  1,
)

test(
  'kept: trailers and RST_STREAM after the stream was reset',
  kept,
  ({ stream, send }) => {
    send(
      head(stream, [[':status', '200']], FLAG.endHeaders),
      head(stream, [['x', '1']]),
      frame(TYPE.reset, 0, stream, uint32(ERROR.none)),
    )
  },
  5,
  1,
)

test(
  'kept: after a GOAWAY the next request uses a new connection',
  kept,
  ({ stream, send }) => {
    send(answer(stream), frame(TYPE.goaway, 0, 0, uint32(stream, 0)))
  },
  3,
  3,
)

test(
  'kept: a refused request is sent again on a new connection',
  kept,
  ({ stream, requestsBefore, send }) => {
    send(requestsBefore === 0 ? answer(stream) : frame(TYPE.reset, 0, stream, uint32(ERROR.refusedStream)))
  },
  2,
  2,
)

test(
  'kept: a response on a finished stream is not taken for the next response',
  kept,
  ({ stream, requestsBefore, send }) => {
    send(...(requestsBefore === 0 ? [] : [answer(stream - 2, '500')]), answer(stream), answer(stream, '500'))
  },
  3,
  1,
)

test('a GOAWAY on an idle connection closes it', async (t) => {
  let goAway = () => {}
  const own = await FrameServer.start(pair, {
    script: ({ stream, send }) => {
      send(answer(stream))
      goAway = () => send(frame(TYPE.goaway, 0, 0, uint32(stream, 0)))
    },
  })
  t.teardown(() => own.close())
  const poller = new TestPoller({ http2: true, keepAlive: true, tls, timeoutMs: 60_000 })
  t.teardown(() => poller.close())
  t.is((await poller.pollWithoutStall(own.url('script'))).verdict, 'up')
  t.is(own.open, 1)
  goAway()
  await t.notThrowsAsync(waitUntil(() => own.open === 0))
})

test('a response before any SETTINGS is a protocol error', async (t) => {
  const own = await FrameServer.start(pair, FRAME_SCRIPTS, Buffer.alloc(0))
  t.teardown(() => own.close())
  const poller = new TestPoller({ http2: true, tls, timeoutMs: 60_000 })
  t.teardown(() => poller.close())
  const { reason, detail } = await poller.pollWithoutStall(own.url('ok'))
  t.deepEqual([reason, detail], ['protocol', 'the answer is not HTTP/2'])
})
