import { FLAG, frame, TYPE, uint32 } from '../../src/poll/http/http2/frames.ts'
import { encodeFields } from '../../src/poll/http/http2/hpack.ts'
import type { Field } from '../../src/poll/http/http2/hpack.ts'
import type { FrameScript } from './frame-server.ts'
import { seeded } from './random.ts'

/** Fields that answers have, and some that they must not. */
const FIELDS: readonly Field[] = [
  [':status', '200'],
  [':status', '404'],
  [':status', '103'],
  [':status', '101'],
  [':status', ''],
  [':method', 'GET'],
  ['server', 'x'],
  ['location', '/ok'],
  ['retry-after', '1'],
  ['content-length', '5'],
  ['Upper', 'case'],
  ['', ''],
  ['connection', 'close'],
  ['x', 'a\0b'],
  ['x-long', 'x'.repeat(3_000)],
]

/** What a server may send on a connection, right or wrong, in any order: the same for the same seed. */
export function randomFrames(seed: number, stream: number): Buffer {
  const random = seeded(seed)
  const pick = <T>(from: readonly T[]): T => from[random.below(from.length)] as T
  const bytes = (most: number) =>
    Buffer.from(Array.from({ length: random.below(most) }, () => random.below(256)))
  const anyStream = () => pick([stream, stream, stream, stream, 0, 2, stream + 2, 1, 2 ** 31 - 1])
  const block = () =>
    random.below(4) === 0
      ? bytes(60)
      : encodeFields([
          pick(FIELDS.slice(0, 4)),
          ...Array.from({ length: random.below(6) }, () => pick(FIELDS)),
        ])
  const cut = (buffer: Buffer) =>
    random.below(8) === 0 ? buffer.subarray(0, random.below(buffer.length + 1)) : buffer
  const make: (() => Buffer)[] = [
    () => frame(TYPE.headers, pick([0, 1, 4, 5, 5, 5, 0x2c, 0xff]), anyStream(), cut(block())),
    () => frame(TYPE.headers, FLAG.endHeaders | FLAG.endStream, stream, block()),
    () => frame(TYPE.continuation, pick([0, 4]), anyStream(), cut(block())),
    () => frame(TYPE.data, pick([0, 1, 8, 9]), anyStream(), bytes(100)),
    () => frame(TYPE.data, 0, stream, Buffer.alloc(random.below(16_385))),
    () =>
      frame(
        TYPE.settings,
        pick([0, 0, 1]),
        pick([0, 0, 0, stream]),
        cut(Buffer.concat([Buffer.of(0, random.below(8)), uint32(random.below(2 ** 32))])),
      ),
    () => frame(TYPE.ping, pick([0, 1]), pick([0, 0, stream]), cut(Buffer.alloc(8))),
    () => frame(TYPE.reset, 0, anyStream(), cut(uint32(random.below(16)))),
    () =>
      frame(
        TYPE.goaway,
        0,
        pick([0, 0, stream]),
        cut(uint32(pick([0, stream, 2 ** 31 - 1]), random.below(16))),
      ),
    () => frame(TYPE.windowUpdate, 0, anyStream(), cut(uint32(random.below(2 ** 31)))),
    () => frame(TYPE.push, pick([0, 4]), anyStream(), Buffer.concat([uint32(2), block()])),
    () => frame(random.below(256), random.below(256), anyStream(), bytes(100)),
    () => bytes(40),
  ]
  // Half of them are right up to their last frames.
  const right = [
    frame(TYPE.settings, FLAG.ack, 0),
    frame(TYPE.headers, FLAG.endHeaders, stream, encodeFields([[':status', '103']])),
    frame(TYPE.headers, FLAG.endHeaders, stream, encodeFields([[':status', '200']])),
  ].slice(0, random.below(2) * random.below(4))
  return Buffer.concat([...right, ...Array.from({ length: random.below(6) }, () => pick(make)())])
}

/** Answers `/…?SEED` with random frames in two pieces, cut anywhere. Some connections stay open after them. */
export const sendRandomFrames: FrameScript = ({ fields, stream, socket }) => {
  const path = new Map(fields).get(':path') ?? ''
  const seed = Number(path.slice(path.indexOf('?') + 1))
  const bytes = randomFrames(seed, stream)
  const at = seed % (bytes.length + 1)
  socket.write(bytes.subarray(0, at))
  setImmediate(() => {
    if (seed % 20 === 0) socket.write(bytes.subarray(at))
    else socket.end(bytes.subarray(at))
  })
}
