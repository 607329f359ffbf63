/** Frame types (RFC 9113, section 6). */
export const TYPE = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const

/** Frame flags. */
export const FLAG = { ack: 1, endStream: 1, endHeaders: 4, padded: 8, priority: 0x20 } as const

/** The settings that headcount sends or reads. */
export const SETTING = {
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxHeaderListSize: 6,
} as const

/** The error codes that headcount sends or handles specially. */
export const ERROR = { none: 0, refusedStream: 7, cancel: 8, http11Required: 13 } as const

const ERROR_NAMES = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
]

/** The connection preface of a client. */
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

/** Maximum payload of a frame, in bytes: the protocol's default, which our settings do not raise. */
export const MAX_PAYLOAD = 16_384

const HEADER_BYTES = 9
const EMPTY = Buffer.alloc(0)

/** One frame as received. */
export interface Frame {
  readonly type: number
  readonly flags: number
  readonly stream: number
  readonly payload: Buffer
}

/** The name of an error code. */
function errorName(code: number): string {
  return ERROR_NAMES[code] ?? `error ${code}`
}

/** Error text for a connection that received an invalid frame of this type. */
export function frameError(type: string): string {
  return `invalid ${type} frame`
}

/** Appends the name of an error code to a text, unless it is NO_ERROR. */
export function withErrorName(what: string, error: number): string {
  return error === ERROR.none ? what : `${what}: ${errorName(error)}`
}

/** The payload of a DATA frame without padding; null if there is more padding than payload. */
export function dataOf({ flags, payload }: Pick<Frame, 'flags' | 'payload'>): Buffer | null {
  if ((flags & FLAG.padded) === 0) return payload
  const end = payload.length - (payload[0] ?? 0)
  return end < 1 ? null : payload.subarray(1, end)
}

/** Builds a frame. */
export function frame(type: number, flags: number, stream: number, payload: Buffer = EMPTY): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.length)
  bytes.writeUIntBE(payload.length, 0, 3)
  bytes[3] = type
  bytes[4] = flags
  bytes.writeUInt32BE(stream, 5)
  bytes.set(payload, HEADER_BYTES)
  return bytes
}

/** Builds a payload of 32-bit numbers. */
export function uint32(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(4 * numbers.length)
  for (const [at, number] of numbers.entries()) bytes.writeUInt32BE(number, 4 * at)
  return bytes
}

/** Splits the bytes received on a connection into frames. */
export class FrameReader {
  /** At most one frame and one chunk. */
  #bytes: Buffer = EMPTY
  #at = 0

  /** Adds a received chunk. */
  push(chunk: Buffer): void {
    const rest = this.#bytes.subarray(this.#at)
    this.#bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    this.#at = 0
  }

  /** The next frame; null if it is not complete yet; `too-large` if its length is over MAX_PAYLOAD. */
  next(): Frame | 'too-large' | null {
    const bytes = this.#bytes
    const at = this.#at
    if (bytes.length - at < HEADER_BYTES) return null
    const length = bytes.readUIntBE(at, 3)
    if (length > MAX_PAYLOAD) return 'too-large'
    const end = at + HEADER_BYTES + length
    if (bytes.length < end) return null
    this.#at = end
    return {
      type: bytes[at + 3] as number,
      flags: bytes[at + 4] as number,
      stream: bytes.readUInt32BE(at + 5) & 0x7fff_ffff,
      payload: bytes.subarray(at + HEADER_BYTES, end),
    }
  }
}
