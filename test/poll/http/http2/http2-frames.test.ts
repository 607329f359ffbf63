import test from 'ava'
import { Authority } from '../../../helpers/certificates.ts'
import type { Pair } from '../../../helpers/certificates.ts'
import { FRAME_CASES, FRAME_SCRIPTS } from '../../../helpers/frame-scripts.ts'
import { answer, FrameServer, head } from '../../../helpers/frame-server.ts'
import type { FrameScript } from '../../../helpers/frame-server.ts'
import { TestPoller } from '../../../helpers/test-poller.ts'
import { waitUntil } from '../../../helpers/wait-until.ts'
import { ERROR, FLAG, frame, TYPE, uint32 } from '../../../../src/poll/http/http2/frames.ts'

let pair: Pair
let server: FrameServer
let tls: { ca: string; cert: null; key: null }

test.before(async () => {
  const authority = await Authority.create()
  tls = { ca: authority.pem, cert: null, key: null }
  pair = await authority.issue([{ type: 'ip', value: '127.0.0.1' }])
  server = await FrameServer.start(pair, FRAME_SCRIPTS)
})
test.after.always(() => server.close())

test('every script has its case', (t) => {
  t.deepEqual(Object.keys(FRAME_SCRIPTS).toSorted(), Object.keys(FRAME_CASES).toSorted())
})

for (const [name, [verdict, reason, status, httpVersion]] of Object.entries(FRAME_CASES)) {
  for (const keepAlive of [false, true]) {
    test(`${name}: ${verdict}, ${reason}${keepAlive ? ', with keep-alive' : ''}`, async (t) => {
      // A busy machine has no part in what is not about time.
      const poller = new TestPoller({
        http2: true,
        keepAlive,
        tls,
        timeoutMs: reason === 'timeout' ? 500 : 60_000,
      })
      t.teardown(() => poller.close())
      const state = await poller.pollWithoutStall(server.url(name))
      t.deepEqual([state.verdict, state.reason, state.status], [verdict, reason, status], state.detail)
      if (verdict === 'up') t.is(state.httpVersion, httpVersion ?? '2')
      t.log(state.detail)
    })
  }
}

const times = (path: string) => server.requestPaths.filter((asked) => asked === path).length

test.serial('what a server has refused before it began with it is asked once more', async (t) => {
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

test('a server that goes away before it has begun with a request is asked on a new connection', async (t) => {
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

/** Polls one script again and again with --keep-alive: how many connections that takes, and what was answered. */
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
  'kept: bodies that nobody wants do not fill the window',
  kept,
  ({ stream, requestsBefore, allowed, send }) => {
    const status = (requestsBefore + 1) * BODY.length > allowed ? '500' : '200'
    send(head(stream, [[':status', status]], FLAG.endHeaders), frame(TYPE.data, FLAG.endStream, stream, BODY))
  },
  20,
  1,
)

test(
  'kept: a body that comes after the stream was given up',
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
  'kept: questions and settings while nothing is asked',
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
  'kept: trailers, and the end of a stream that was given up',
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
  'kept: a server that goes away is asked on a new connection',
  kept,
  ({ stream, send }) => {
    send(answer(stream), frame(TYPE.goaway, 0, 0, uint32(stream, 0)))
  },
  3,
  3,
)

test(
  'kept: a request that is refused, on a new connection',
  kept,
  ({ stream, requestsBefore, send }) => {
    send(requestsBefore === 0 ? answer(stream) : frame(TYPE.reset, 0, stream, uint32(ERROR.refusedStream)))
  },
  2,
  2,
)

test(
  'kept: an answer on a stream that is over is not the next answer',
  kept,
  ({ stream, requestsBefore, send }) => {
    send(...(requestsBefore === 0 ? [] : [answer(stream - 2, '500')]), answer(stream), answer(stream, '500'))
  },
  3,
  1,
)

test('a server that goes away while nothing is asked: the connection is closed', async (t) => {
  const own = await FrameServer.start(pair, {
    script: ({ stream, send }) => {
      send(answer(stream))
      setTimeout(() => send(frame(TYPE.goaway, 0, 0, uint32(stream, 0))), 100)
    },
  })
  t.teardown(() => own.close())
  const poller = new TestPoller({ http2: true, keepAlive: true, tls, timeoutMs: 60_000 })
  t.teardown(() => poller.close())
  t.is((await poller.pollWithoutStall(own.url('script'))).verdict, 'up')
  await waitUntil(() => own.open === 0)
})

test('an answer that no SETTINGS came before', async (t) => {
  const own = await FrameServer.start(pair, FRAME_SCRIPTS, Buffer.alloc(0))
  t.teardown(() => own.close())
  const poller = new TestPoller({ http2: true, tls, timeoutMs: 60_000 })
  t.teardown(() => poller.close())
  const { reason, detail } = await poller.pollWithoutStall(own.url('ok'))
  t.deepEqual([reason, detail], ['protocol', 'the answer is not HTTP/2'])
})
