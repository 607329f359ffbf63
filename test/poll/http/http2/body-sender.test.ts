import test from 'ava'
import { BodySender } from '../../../../src/poll/http/http2/body-sender.ts'
import { FLAG, FrameReader, MAX_PAYLOAD, TYPE } from '../../../../src/poll/http/http2/frames.ts'
import { seeded } from '../../../helpers/random.ts'
import { isThorough, repetitions } from '../../../helpers/thorough.ts'

/** The payloads of frames, and whether the last one ends the stream. */
function sent(frames: readonly Buffer[], stream: number): { bytes: Buffer; ended: boolean } {
  const reader = new FrameReader()
  reader.push(Buffer.concat(frames))
  const payloads: Buffer[] = []
  let ended = false
  for (let next = reader.next(); next !== null && next !== 'too-large'; next = reader.next()) {
    if (ended || next.type !== TYPE.data || next.stream !== stream || next.payload.length > MAX_PAYLOAD)
      throw new Error('a frame that may not be sent')
    ended = (next.flags & FLAG.endStream) !== 0
    payloads.push(Buffer.from(next.payload))
  }
  return { bytes: Buffer.concat(payloads), ended }
}

test('an empty body is one frame that ends the stream', (t) => {
  const sender = new BodySender()
  sender.start(1, Buffer.alloc(0))
  t.deepEqual(sent(sender.frames(), 1), { bytes: Buffer.alloc(0), ended: true })
  t.deepEqual(sender.frames(), [])
})

test('no window is exceeded, and all of the body is sent in its order', (t) => {
  const seed = Number(process.env['BODY_SEED'] ?? (isThorough ? Date.now() % 1_000_000 : 1))
  const random = seeded(seed)
  for (let run = 0; run < repetitions(20, 200); run++) {
    const why = `BODY_SEED=${seed}, run ${run}`
    const body = Buffer.from(Array.from({ length: random.below(300_000) }, (_, at) => at % 251))
    const sender = new BodySender()
    let [connection, initial, stream] = [65_535, 65_535, 65_535]
    let out = Buffer.alloc(0)
    const take = (frames: readonly Buffer[]): boolean => {
      const { bytes, ended } = sent(frames, 1)
      out = Buffer.concat([out, bytes])
      connection -= bytes.length
      stream -= bytes.length
      t.true(bytes.length === 0 || Math.min(connection, stream) >= 0, why)
      return ended
    }
    sender.start(1, body)
    while (!take(sender.frames())) {
      const by = 1 + random.below(50_000)
      const choice = random.below(3)
      if (choice === 0) {
        t.is(sender.enlarge(0, by), null)
        connection += by
      } else if (choice === 1) {
        t.is(sender.enlarge(1, by), null)
        stream += by
      } else {
        t.is(sender.resize(by), null)
        stream += by - initial
        initial = by
      }
    }
    t.true(out.equals(body), why)
  }
})

test('windows that the protocol forbids', (t) => {
  const sender = new BodySender()
  sender.start(1, Buffer.alloc(1))
  t.is(sender.enlarge(0, 0), 'invalid WINDOW_UPDATE frame')
  t.is(sender.enlarge(0, 0x7fff_ffff), 'invalid WINDOW_UPDATE frame')
  t.is(new BodySender().resize(0x8000_0000), 'invalid SETTINGS frame')
})

test('a second stream begins with the window that the server has set', (t) => {
  const sender = new BodySender()
  sender.start(1, Buffer.alloc(10))
  sender.frames()
  sender.resize(4)
  sender.start(3, Buffer.alloc(10))
  t.deepEqual(sent(sender.frames(), 3), { bytes: Buffer.alloc(4), ended: false })
})
