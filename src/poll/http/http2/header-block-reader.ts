import { FLAG, frameError, TYPE } from './frames.ts'
import type { Frame } from './frames.ts'
import { HpackDecoder } from './hpack.ts'
import type { Field } from './hpack.ts'

/** Maximum size of the header fields of one head, in bytes, encoded and decoded: Chrome's limit for HTTP/1. */
export const MAX_FIELD_BYTES = 262_144

/** Maximum size of all heads and trailers of one request together, so that informational heads can't go on for ever. */
const MAX_TOTAL_BYTES = 2 * MAX_FIELD_BYTES

/** Maximum number of CONTINUATION frames after a HEADERS frame. */
const MAX_CONTINUATIONS = 256

/** One block of header fields. */
export interface FieldBlock {
  readonly stream: number
  readonly fields: readonly Field[]
  /** It ends its stream. */
  readonly endStream: boolean
}

/** Assembles and decodes the header blocks of a connection: each is a HEADERS frame and its CONTINUATION frames. */
export class HeaderBlockReader {
  readonly #decoder = new HpackDecoder()
  #first: Frame | null = null
  #parts: Buffer[] = []
  #size = 0
  /** Size of all blocks of the present request, encoded and decoded. */
  #receivedBytes = 0
  #decodedBytes = 0

  /** A new request begins: the limits count from here. */
  reset(): void {
    this.#receivedBytes = 0
    this.#decodedBytes = 0
  }

  /** Whether a block is incomplete: then only its continuation may come next. */
  get isOpen(): boolean {
    return this.#first !== null
  }

  /** Adds a frame. Returns the block that it completes, null if it completes none, `overflow`, or the text of a protocol error. */
  add(next: Frame): FieldBlock | string | null {
    const part = this.#first === null ? headersFragment(next) : this.#continuation(this.#first, next)
    if (typeof part === 'string') return part
    const first = (this.#first ??= next)
    this.#parts.push(part)
    this.#size += part.length
    this.#receivedBytes += part.length
    if (this.#size > MAX_FIELD_BYTES || this.#receivedBytes > MAX_TOTAL_BYTES) return 'overflow'
    if ((next.flags & FLAG.endHeaders) === 0) return null
    const fields = this.#decoder.decode(
      this.#parts.length === 1 ? part : Buffer.concat(this.#parts),
      Math.min(MAX_FIELD_BYTES, MAX_TOTAL_BYTES - this.#decodedBytes),
    )
    this.#decodedBytes += this.#decoder.decodedBytes
    this.#first = null
    this.#parts = []
    this.#size = 0
    if (fields === 'overflow') return fields
    if (fields === 'malformed') return 'header fields can not be decoded'
    return { stream: first.stream, fields, endStream: (first.flags & FLAG.endStream) !== 0 }
  }

  #continuation(first: Frame, next: Frame): Buffer | string {
    if (next.type !== TYPE.continuation || next.stream !== first.stream) return 'incomplete header fields'
    return this.#parts.length > MAX_CONTINUATIONS ? 'too many CONTINUATION frames' : next.payload
  }
}

/** The payload of a HEADERS frame without padding and priority; a string is the text of a protocol error. */
function headersFragment({ type, flags, payload }: Frame): Buffer | string {
  if (type !== TYPE.headers) return frameError('CONTINUATION')
  const isPadded = (flags & FLAG.padded) !== 0
  const from = (isPadded ? 1 : 0) + ((flags & FLAG.priority) === 0 ? 0 : 5)
  const end = payload.length - (isPadded ? (payload[0] ?? 0) : 0)
  return from > end ? frameError('HEADERS') : payload.subarray(from, end)
}
