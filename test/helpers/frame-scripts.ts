import { ERROR, FLAG, frame, SETTING, TYPE, uint32 } from '../../src/poll/http/http2/frames.ts'
import { encodeFields } from '../../src/poll/http/http2/hpack.ts'
import type { Field } from '../../src/poll/http/http2/hpack.ts'
import type { Reason } from '../../src/state/reasons.ts'
import type { State } from '../../src/state/state.ts'
import { answer, head } from './frame-server.ts'
import type { FrameRequest, FrameScript } from './frame-server.ts'

/** SETTINGS_MAX_CONCURRENT_STREAMS. */
export const maxConcurrentStreams = (streams: number) =>
  frame(TYPE.settings, 0, 0, Buffer.concat([Buffer.of(0, SETTING.maxConcurrentStreams), uint32(streams)]))

const manyFields = (count: number, size = 6): Field[] =>
  Array.from({ length: count }, (_, n) => [`x-field-${n}`, 'x'.repeat(size)])
const OK: Field = [':status', '200']
const reset = (stream: number, error: number) => frame(TYPE.reset, 0, stream, uint32(error))
const goaway = (last: number, error: number = ERROR.none) => frame(TYPE.goaway, 0, 0, uint32(last, error))

const sends =
  (...bytes: ((request: FrameRequest) => Buffer)[]): FrameScript =>
  (request) =>
    request.send(...bytes.map((make) => make(request)))
const sendsFields = (fields: readonly Field[]) => sends(({ stream }) => head(stream, fields))

/** A block in HEADERS and CONTINUATION frames of `size` bytes. */
function inParts(stream: number, block: Buffer, size: number, last: number = FLAG.endHeaders): Buffer[] {
  const frames: Buffer[] = []
  for (let from = 0; from < block.length; from += size) {
    const flags = from + size < block.length ? 0 : last
    const part = block.subarray(from, from + size)
    frames.push(
      from === 0
        ? frame(TYPE.headers, flags | FLAG.endStream, stream, part)
        : frame(TYPE.continuation, flags, stream, part),
    )
  }
  return frames
}

/** What a server can do to an HTTP/2 client, by the path of the request. */
export const FRAME_SCRIPTS: Readonly<Record<string, FrameScript>> = {
  ok: sends(({ stream }) => answer(stream)),
  'two-hundred-fields': sendsFields([OK, ...manyFields(200)]),
  'five-thousand-fields': ({ stream, send }) =>
    send(...inParts(stream, encodeFields([OK, ...manyFields(5_000)]), 16_384)),
  'many-continuations': ({ stream, send }) =>
    send(...inParts(stream, encodeFields([OK, ...manyFields(50)]), 20)),
  padded: ({ stream, send }) =>
    send(
      frame(
        TYPE.headers,
        FLAG.endHeaders | FLAG.padded | FLAG.priority,
        stream,
        Buffer.concat([Buffer.of(3), Buffer.alloc(5), encodeFields([OK]), Buffer.alloc(3)]),
      ),
    ),
  'early-hints': sends(
    ({ stream }) =>
      head(
        stream,
        [
          [':status', '103'],
          ['link', '</a>'],
        ],
        FLAG.endHeaders,
      ),
    ({ stream }) => head(stream, [[':status', '100']], FLAG.endHeaders),
    ({ stream }) => answer(stream),
  ),
  trailers: sends(
    ({ stream }) => head(stream, [OK], FLAG.endHeaders),
    ({ stream }) => head(stream, [['x-trailer', '1']]),
  ),
  'unknown-frames': sends(
    () => frame(0xfe, 0xff, 0, Buffer.alloc(100)),
    ({ stream }) => frame(2, 0, stream, Buffer.alloc(5)),
    ({ stream }) => answer(stream),
  ),
  'ping-first': sends(
    () => frame(TYPE.ping, 0, 0, Buffer.alloc(8)),
    ({ stream }) => answer(stream),
  ),
  'goaway-but-answers': sends(
    ({ stream }) => goaway(stream),
    ({ stream }) => answer(stream),
  ),
  'body-after-head': sends(
    ({ stream }) => head(stream, [OK], FLAG.endHeaders),
    ({ stream }) => frame(TYPE.data, FLAG.endStream, stream, Buffer.from('body')),
  ),
  'allows-later': ({ stream, requestsBefore, send }) => {
    if (requestsBefore === 0)
      send(maxConcurrentStreams(0), reset(stream, ERROR.refusedStream), maxConcurrentStreams(1))
    else send(answer(stream))
  },
  silent: () => {},
  'allows-none': ({ stream, send }) => send(maxConcurrentStreams(0), reset(stream, ERROR.refusedStream)),
  'hints-forever': ({ stream, socket, send }) => {
    const timer = setInterval(() => send(head(stream, [[':status', '103']], FLAG.endHeaders)), 20)
    socket.once('close', () => clearInterval(timer))
  },
  'hints-without-end': ({ stream, socket }) => {
    const hints = head(stream, [[':status', '103'], ...manyFields(1_000, 1)], FLAG.endHeaders)
    const more = () => void (socket.writable && socket.write(hints, more))
    more()
  },
  'refused-without-end': ({ stream, requestsBefore, socket }) => {
    if (requestsBefore > 0) return
    const hints = Array.from({ length: 20 }, (): Field[] => [[':status', '103'], ...manyFields(1_000, 1)])
    let next = stream
    const more = () => {
      const frames = hints.map((hint) => head(next, hint, FLAG.endHeaders))
      frames.push(maxConcurrentStreams(0), reset(next, ERROR.refusedStream), maxConcurrentStreams(1))
      next += 2
      if (socket.writable) socket.write(Buffer.concat(frames), more)
    }
    more()
  },
  'goaway-at-once': sends(() => goaway(0)),
  'goaway-with-error': sends(() => goaway(0, 2)),
  'gone-after-goaway': ({ stream, socket }) => void socket.end(goaway(stream)),
  end: ({ socket }) => void socket.end(),
  'reset-stream': sends(({ stream }) => reset(stream, 2)),
  'reset-no-error': sends(({ stream }) => reset(stream, ERROR.none)),
  'push-then-silent': sends(({ stream }) =>
    frame(
      TYPE.push,
      FLAG.endHeaders,
      stream,
      Buffer.concat([
        uint32(2),
        encodeFields([
          [':method', 'GET'],
          [':scheme', 'https'],
          [':authority', 'a'],
          [':path', '/'],
        ]),
      ]),
    ),
  ),
  'fields-cut-off': ({ stream, send }) =>
    send(
      frame(TYPE.headers, 0, stream, encodeFields([OK, ...manyFields(20)])),
      frame(TYPE.data, 0, stream, Buffer.alloc(1)),
    ),
  'continuation-flood': ({ stream, send }) => {
    send(frame(TYPE.headers, 0, stream, encodeFields([OK])))
    for (let n = 0; n < 1_000; n++) send(frame(TYPE.continuation, 0, stream))
  },
  'too-many-fields': ({ stream, send }) =>
    send(...inParts(stream, encodeFields([OK, ...manyFields(30, 10_000)]), 16_384)),
  'ping-flood': ({ send }) => {
    for (let n = 0; n < 200; n++)
      send(Buffer.concat(Array.from({ length: 100 }, () => frame(TYPE.ping, 0, 0, Buffer.alloc(8)))))
  },
  'frame-flood': ({ send }) => send(...Array.from({ length: 20_000 }, () => frame(0xfe, 0, 0))),
  'byte-flood': ({ send }) =>
    send(...Array.from({ length: 100 }, () => frame(0xfe, 0, 0, Buffer.alloc(16_384)))),
  'body-first': sends(({ stream }) => frame(TYPE.data, 0, stream, Buffer.from('body'))),
  'body-without-head': sends(({ stream }) => frame(TYPE.data, FLAG.endStream, stream, Buffer.from('body'))),
  'endless-body-first': ({ stream, send }) => {
    for (let n = 0; n < 10; n++) send(frame(TYPE.data, 0, stream, Buffer.alloc(16_384)))
  },
  'too-large': sends(({ stream }) => frame(TYPE.headers, FLAG.endHeaders, stream, Buffer.alloc(16_385))),
  'bad-hpack': sends(({ stream }) =>
    frame(TYPE.headers, 5, stream, Buffer.of(0x88, 0xff, 0xff, 0xff, 0xff, 0xff)),
  ),
  'no-such-entry': sends(({ stream }) => frame(TYPE.headers, 5, stream, Buffer.of(0x88, 0xbe))),
  'padding-too-long': sends(({ stream }) => frame(TYPE.headers, 5 | FLAG.padded, stream, Buffer.of(9, 0x88))),
  'no-status': sendsFields([['server', 'x']]),
  'two-statuses': sendsFields([OK, OK]),
  'status-late': sendsFields([['server', 'x'], OK]),
  'status-abc': sendsFields([[':status', 'abc']]),
  'status-1000': sendsFields([[':status', '1000']]),
  'switching-protocols': sendsFields([[':status', '101']]),
  'only-hints': sendsFields([[':status', '103']]),
  'upper-case': sendsFields([OK, ['X-Field', '1']]),
  'nul-in-value': sendsFields([OK, ['x', 'a\0b']]),
  'line-break-in-value': sendsFields([OK, ['x', 'a\r\nb: c']]),
  'wrong-stream': sends(({ stream }) => answer(stream + 2)),
  'even-stream': sends(() => answer(2)),
  'stream-0': sends(() => answer(0)),
  'short-settings': sends(() => frame(TYPE.settings, 0, 0, Buffer.alloc(5))),
  'short-ping': sends(() => frame(TYPE.ping, 0, 0, Buffer.alloc(7))),
  'continuation-alone': sends(({ stream }) =>
    frame(TYPE.continuation, FLAG.endHeaders, stream, Buffer.of(0x88)),
  ),
  'not-found': sends(({ stream }) => answer(stream, '404')),
  'moved-to-ok': sendsFields([
    [':status', '302'],
    ['location', '/ok'],
  ]),
  refuses: sends(({ stream }) => reset(stream, ERROR.refusedStream)),
  'http-1-only': sends(({ stream }) => reset(stream, ERROR.http11Required)),
  'http-1-only-goaway': sends(() => goaway(0, ERROR.http11Required)),
}

/** What a poll of each must say, and over which version the answer came. */
export const FRAME_CASES: Readonly<
  Record<string, readonly [verdict: State['verdict'], reason: Reason, status: number, httpVersion?: string]>
> = {
  ok: ['up', 'ok', 200],
  'two-hundred-fields': ['up', 'ok', 200],
  'five-thousand-fields': ['up', 'ok', 200],
  'many-continuations': ['up', 'ok', 200],
  padded: ['up', 'ok', 200],
  'early-hints': ['up', 'ok', 200],
  trailers: ['up', 'ok', 200],
  'unknown-frames': ['up', 'ok', 200],
  'ping-first': ['up', 'ok', 200],
  'goaway-but-answers': ['up', 'ok', 200],
  'body-after-head': ['up', 'ok', 200],
  'allows-later': ['up', 'ok', 200],
  silent: ['down', 'timeout', 0],
  'allows-none': ['down', 'timeout', 0],
  'hints-forever': ['down', 'timeout', 0],
  'body-first': ['down', 'protocol', 0],
  'goaway-at-once': ['down', 'closed', 0],
  'goaway-with-error': ['down', 'closed', 0],
  'gone-after-goaway': ['down', 'closed', 0],
  end: ['down', 'closed', 0],
  'reset-no-error': ['down', 'closed', 0],
  'reset-stream': ['down', 'reset', 0],
  refuses: ['down', 'reset', 0],
  'push-then-silent': ['down', 'protocol', 0],
  'fields-cut-off': ['down', 'protocol', 0],
  'continuation-flood': ['down', 'protocol', 0],
  'too-many-fields': ['down', 'overflow', 0],
  'hints-without-end': ['down', 'overflow', 0],
  'refused-without-end': ['down', 'overflow', 0],
  'ping-flood': ['down', 'protocol', 0],
  'frame-flood': ['down', 'protocol', 0],
  'byte-flood': ['down', 'protocol', 0],
  'body-without-head': ['down', 'protocol', 0],
  'endless-body-first': ['down', 'protocol', 0],
  'too-large': ['down', 'protocol', 0],
  'bad-hpack': ['down', 'protocol', 0],
  'no-such-entry': ['down', 'protocol', 0],
  'padding-too-long': ['down', 'protocol', 0],
  'no-status': ['down', 'protocol', 0],
  'two-statuses': ['down', 'protocol', 0],
  'status-late': ['down', 'protocol', 0],
  'status-abc': ['down', 'protocol', 0],
  'status-1000': ['down', 'protocol', 0],
  'switching-protocols': ['down', 'protocol', 0],
  'only-hints': ['down', 'protocol', 0],
  'upper-case': ['down', 'protocol', 0],
  'nul-in-value': ['down', 'protocol', 0],
  'line-break-in-value': ['down', 'protocol', 0],
  'wrong-stream': ['down', 'protocol', 0],
  'even-stream': ['down', 'protocol', 0],
  'stream-0': ['down', 'protocol', 0],
  'short-settings': ['down', 'protocol', 0],
  'short-ping': ['down', 'protocol', 0],
  'continuation-alone': ['down', 'protocol', 0],
  'not-found': ['down', 'status', 404],
  'moved-to-ok': ['up', 'ok', 200],
  'http-1-only': ['up', 'ok', 200, '1.1'],
  'http-1-only-goaway': ['up', 'ok', 200, '1.1'],
}
