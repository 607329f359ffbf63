import type { Socket } from 'node:net'
import { failure } from '../../attempt/attempt.ts'
import type { Failure } from '../../attempt/attempt.ts'
import {
  ERROR,
  errorName,
  FLAG,
  frame,
  FrameReader,
  frameError,
  MAX_PAYLOAD,
  PREFACE,
  SETTING,
  TYPE,
  uint32,
} from './frames.ts'
import type { Frame } from './frames.ts'
import { HeaderBlockReader, MAX_FIELD_BYTES } from './header-block-reader.ts'
import type { Field } from './hpack.ts'

/** So many frames may come in answer to one request. Nobody has a use for more. */
const MAX_FRAMES = 10_000

/** … of so many bytes together: what heads and a window of bodies may have, and something for all the rest. */
const MAX_BYTES = 1_048_576

/** What waits to be sent, in bytes: a server that asks on and on and never reads gets no answer. */
const MAX_UNSENT = 65_536

/** A server may send so much of bodies before we ask for more, and never more in a stream: we want none of it. */
const WINDOW = 65_535

const SETTINGS = Buffer.concat([
  Buffer.of(0, SETTING.enablePush, 0, 0, 0, 0),
  Buffer.of(0, SETTING.maxHeaderListSize),
  uint32(MAX_FIELD_BYTES),
])

/** What a connection tells of the stream that was opened last. */
export interface StreamHooks {
  /** A block of header fields: the head, one before it (1xx), or trailers. */
  onFields(fields: readonly Field[], ended: boolean): void
  /** A part of a body, or its end. */
  onData(): void
  /** The server gave the stream up. `error`: its code. */
  onReset(error: number): void
  /** The server takes no streams that are not yet open, or this one neither. */
  onGoAway(error: number, accepted: boolean): void
  /** The server now allows so many streams at a time. */
  onMaxStreams(streams: number): void
  /** The connection is broken. It is closed. */
  onFailure(why: Failure): void
}

/**
 * The client's side of an HTTP/2 connection that has one stream at a time. Written by hand: Node's own aborts the process
 * when a session is collected before a stream whose header fields were cut off (see docs/reliability.md).
 */
export class Http2Connection {
  readonly #socket: Socket
  readonly #hooks: StreamHooks
  readonly #reader = new FrameReader()
  readonly #blocks = new HeaderBlockReader()
  #stream = 0
  #settingsReceived = false
  #broken = false
  #frames = 0
  #bytes = 0
  /** What came of bodies since the server was last allowed more. */
  #received = 0

  /** Greets the server with the first request. */
  constructor(socket: Socket, hooks: StreamHooks) {
    this.#socket = socket
    this.#hooks = hooks
    socket.on('data', (chunk) => this.#read(chunk as Buffer))
  }

  /** A question begins, which may take several streams: what comes from now on counts for it. */
  startRequest(): void {
    this.#frames = 0
    this.#bytes = 0
    this.#blocks.reset()
  }

  /** Sends a request of these fields, encoded, on a new stream. */
  open(block: Buffer): void {
    const bytes = this.#stream === 0 ? [PREFACE, frame(TYPE.settings, 0, 0, SETTINGS)] : []
    this.#stream = this.#stream === 0 ? 1 : this.#stream + 2
    if (this.#received > 0) bytes.push(frame(TYPE.windowUpdate, 0, 0, uint32(this.#received)))
    this.#received = 0
    for (let from = 0; from === 0 || from < block.length; from += MAX_PAYLOAD) {
      const end = from + MAX_PAYLOAD >= block.length ? FLAG.endHeaders : 0
      const [type, flags] = from === 0 ? [TYPE.headers, end | FLAG.endStream] : [TYPE.continuation, end]
      bytes.push(frame(type, flags, this.#stream, block.subarray(from, from + MAX_PAYLOAD)))
    }
    this.#socket.write(Buffer.concat(bytes))
  }

  /** Wants no more of the stream that was opened last. */
  cancel(): void {
    this.#send(frame(TYPE.reset, 0, this.#stream, uint32(ERROR.cancel)))
  }

  #read(chunk: Buffer): void {
    this.#reader.push(chunk)
    while (!this.#broken) {
      const next = this.#reader.next()
      if (next === null) return
      const why = next === 'too-large' ? 'a frame that is too large' : this.#handle(next)
      if (why !== null) this.#break(why === 'overflow' ? OVERFLOW : failure('protocol', why))
    }
  }

  /** Why the connection is broken; null: it is not. */
  #handle(next: Frame): string | null {
    if (!this.#settingsReceived && next.type !== TYPE.settings) return 'what came back is not HTTP/2'
    this.#settingsReceived = true
    this.#bytes += next.payload.length
    if (++this.#frames > MAX_FRAMES || this.#bytes > MAX_BYTES) return 'frames without an end'
    if (this.#blocks.isOpen) return this.#fields(next)
    const { type, flags, stream, payload } = next
    switch (type) {
      case TYPE.data:
        return this.#data(next)
      case TYPE.headers:
      case TYPE.continuation:
        return this.#fields(next)
      case TYPE.reset:
        if (payload.length !== 4 || !this.#isOurs(stream)) return frameError('RST_STREAM')
        if (stream === this.#stream) this.#hooks.onReset(payload.readUInt32BE(0))
        return null
      case TYPE.settings:
        if (stream !== 0 || payload.length % 6 !== 0) return frameError('SETTINGS')
        return (flags & FLAG.ack) === 0 ? this.#settings(payload) : null
      case TYPE.push:
        return 'a push, which we refuse'
      case TYPE.ping:
        if (stream !== 0 || payload.length !== 8) return frameError('PING')
        return (flags & FLAG.ack) === 0 ? this.#send(frame(TYPE.ping, FLAG.ack, 0, payload)) : null
      case TYPE.goaway:
        if (stream !== 0 || payload.length < 8) return frameError('GOAWAY')
        this.#hooks.onGoAway(payload.readUInt32BE(4), (payload.readUInt32BE(0) & 0x7fff_ffff) >= this.#stream)
        return null
      case TYPE.windowUpdate:
        if (payload.length !== 4 || (stream !== 0 && !this.#isOurs(stream)))
          return frameError('WINDOW_UPDATE')
        return null
      default:
        // Frames of types that are not known mean nothing (RFC 9113, section 4.1).
        return null
    }
  }

  #data({ stream, payload }: Frame): string | null {
    if (!this.#isOurs(stream)) return frameError('DATA')
    this.#received += payload.length
    if (this.#received > WINDOW) return 'more of a body than was allowed'
    if (stream === this.#stream) this.#hooks.onData()
    return null
  }

  #fields(next: Frame): string | null {
    if (next.type === TYPE.headers && !this.#isOurs(next.stream)) return frameError('HEADERS')
    const block = this.#blocks.add(next)
    if (block === null || typeof block === 'string') return block
    // Those of an earlier stream count for the decoder only.
    if (block.stream === this.#stream) this.#hooks.onFields(block.fields, block.endStream)
    return null
  }

  #settings(payload: Buffer): string | null {
    for (let at = 0; at < payload.length; at += 6) {
      if (payload.readUInt16BE(at) === SETTING.maxConcurrentStreams)
        this.#hooks.onMaxStreams(payload.readUInt32BE(at + 2))
    }
    return this.#send(frame(TYPE.settings, FLAG.ack, 0))
  }

  /** A stream that we have opened, though it may be over. */
  #isOurs(stream: number): boolean {
    return stream % 2 === 1 && stream <= this.#stream
  }

  #send(bytes: Buffer): string | null {
    if (this.#socket.writableLength > MAX_UNSENT) return 'questions without an end'
    this.#socket.write(bytes)
    return null
  }

  #break(why: Failure): void {
    this.#broken = true
    this.#hooks.onFailure(why)
  }
}

const OVERFLOW = failure('overflow', 'the head of the answer is too large')

/** What a server says with an error code. */
export function withErrorName(what: string, error: number): string {
  return error === ERROR.none ? what : `${what}: ${errorName(error)}`
}
