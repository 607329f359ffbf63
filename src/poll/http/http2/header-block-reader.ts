import { FLAG, frameError, TYPE } from './frames.ts'
import type { Frame } from './frames.ts'
import { HpackDecoder } from './hpack.ts'
import type { Field } from './hpack.ts'

/** The fields of one head may have so many bytes, decoded and as they come: as much as Chrome takes over HTTP/1. */
export const MAX_FIELD_BYTES = 262_144

/** The heads and trailers that come for one question together have room for so many, so that informational ones come to an end. */
const MAX_TOTAL_BYTES = 2 * MAX_FIELD_BYTES

/** So many CONTINUATION frames may follow a HEADERS frame. */
const MAX_CONTINUATIONS = 256

/** One block of header fields. */
export interface FieldBlock {
  readonly stream: number
  readonly fields: readonly Field[]
  /** It is the last that comes on its stream. */
  readonly endStream: boolean
}

/** Puts the blocks of header fields of a connection together, which come in a HEADERS frame and CONTINUATION frames. */
export class HeaderBlockReader {
  readonly #decoder = new HpackDecoder()
  #first: Frame | null = null
  #parts: Buffer[] = []
  #size = 0
  /** What all blocks had since then, as they came and decoded. */
  #receivedBytes = 0
  #decodedBytes = 0

  /** A question begins. */
  reset(): void {
    this.#receivedBytes = 0
    this.#decodedBytes = 0
  }

  /** Whether a block has begun, so that only its continuation may come. */
  get isOpen(): boolean {
    return this.#first !== null
  }

  /** The block that this frame completes; null: it completes none; `overflow`, or why the connection is broken. */
  add(next: Frame): FieldBlock | string | null {
    const part = this.#first === null ? headersFragment(next) : this.#continued(this.#first, next)
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
    if (fields === 'malformed') return 'header fields that can not be decoded'
    return { stream: first.stream, fields, endStream: (first.flags & FLAG.endStream) !== 0 }
  }

  #continued(first: Frame, next: Frame): Buffer | string {
    if (next.type !== TYPE.continuation || next.stream !== first.stream)
      return 'header fields that are cut off'
    return this.#parts.length > MAX_CONTINUATIONS ? 'header fields without an end' : next.payload
  }
}

/** What a HEADERS frame has beside padding and priority. */
function headersFragment({ type, flags, payload }: Frame): Buffer | string {
  if (type !== TYPE.headers) return frameError('CONTINUATION')
  const isPadded = (flags & FLAG.padded) !== 0
  const from = (isPadded ? 1 : 0) + ((flags & FLAG.priority) === 0 ? 0 : 5)
  const end = payload.length - (isPadded ? (payload[0] ?? 0) : 0)
  return from > end ? frameError('HEADERS') : payload.subarray(from, end)
}
