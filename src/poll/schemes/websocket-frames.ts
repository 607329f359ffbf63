import { randomBytes } from 'node:crypto'

// Frames of WebSocket (RFC 6455, section 5.2).

const TEXT = 0x1
const CLOSE = 0x8
const PING = 0x9
const PONG = 0xa
const FIN = 0x80
const MASK = 0x80

/** What the frames received so far hold. */
export interface Frames {
  /** The data of all messages, one after another, also of one that is not whole yet. */
  readonly data: Buffer
  /** How many bytes whole frames take. */
  readonly bytes: number
  /** The status of a close frame; null if there is none. 1005: a close frame without a status. */
  readonly closed: number | null
  /** A frame breaks the rules. */
  readonly isInvalid: boolean
}

/** Reads what a server sent. The last frame may be incomplete. */
export function readFrames(received: Buffer): Frames {
  const parts: Buffer[] = []
  let at = 0
  for (;;) {
    const frame = readFrame(received, at)
    if (frame === null) return { data: Buffer.concat(parts), bytes: at, closed: null, isInvalid: false }
    const { opcode, data, end, isMasked } = frame
    // A server must not mask, and three bits and most opcodes are reserved for extensions, none of which was agreed on.
    const isInvalid =
      isMasked || ((received[at] as number) & 0x70) !== 0 || (opcode > 2 && opcode < 8) || opcode > 10
    if (isInvalid) return { data: Buffer.concat(parts), bytes: at, closed: null, isInvalid }
    at = end
    if (opcode === CLOSE) {
      const closed = data.length >= 2 ? data.readUInt16BE(0) : 1005
      return { data: Buffer.concat(parts), bytes: at, closed, isInvalid }
    }
    if (opcode < CLOSE) parts.push(data)
  }
}

/** The pings and pongs among the frames received so far. */
export interface Pings {
  /** How many there are. */
  readonly count: number
  /** The answers to the pings. */
  readonly answers: Buffer
  /** What else was received. */
  readonly rest: Buffer
}

/** Takes whole pings and pongs out of what a server sent, and answers the pings (RFC 6455, section 5.5.2). */
export function takePings(received: Buffer): Pings {
  const answers: Buffer[] = []
  const rest: Buffer[] = []
  let count = 0
  let at = 0
  for (let kept = 0; ;) {
    const frame = readFrame(received, at)
    const first = received[at]
    const isPing = first === (FIN | PING)
    // From a frame that is not whole, ends the connection or breaks the rules on, nothing is taken out.
    if (frame === null || frame.opcode === CLOSE || frame.isMasked) {
      if (count === 0) return { count, answers: NOTHING, rest: received }
      return {
        count,
        answers: Buffer.concat(answers),
        rest: Buffer.concat([...rest, received.subarray(kept)]),
      }
    }
    if ((isPing || first === (FIN | PONG)) && frame.data.length <= MAX_CONTROL) {
      if (isPing) answers.push(clientFrame(PONG, frame.data))
      rest.push(received.subarray(kept, at))
      kept = frame.end
      count++
    }
    at = frame.end
  }
}

const NOTHING = Buffer.alloc(0)

/** The most bytes of data of a ping. */
const MAX_CONTROL = 125

function readFrame(bytes: Buffer, at: number) {
  if (bytes.length < at + 2) return null
  const short = (bytes[at + 1] as number) & 0x7f
  const start = at + 2 + (short === 126 ? 2 : short === 127 ? 8 : 0)
  if (bytes.length < start) return null
  const length =
    short === 126 ? bytes.readUInt16BE(at + 2) : short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short
  const end = start + length
  if (bytes.length < end) return null
  const isMasked = ((bytes[at + 1] as number) & MASK) !== 0
  return { opcode: (bytes[at] as number) & 0xf, data: bytes.subarray(start, end), end, isMasked }
}

/** A text message in one frame, masked as a client must. */
export function textFrame(data: Buffer): Buffer {
  return clientFrame(TEXT, data)
}

/** The frame that ends a connection, with the status 1000. */
export function closeFrame(): Buffer {
  return clientFrame(CLOSE, Buffer.from([0x03, 0xe8]))
}

/** At most 65,535 bytes of data. */
function clientFrame(opcode: number, data: Buffer): Buffer {
  const mask = randomBytes(4)
  const head = data.length < 126 ? [data.length | MASK] : [126 | MASK, data.length >> 8, data.length & 0xff]
  const masked = data.map((byte, n) => byte ^ (mask[n % 4] as number))
  return Buffer.concat([Buffer.from([FIN | opcode, ...head]), mask, masked])
}
