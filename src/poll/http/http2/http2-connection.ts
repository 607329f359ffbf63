import type { Socket } from 'node:net'
import { failure } from '../../attempt/failure.ts'
import type { Failure } from '../../attempt/failure.ts'
import { dataOf, ERROR, FLAG, frame, FrameReader, frameError, SETTING, TYPE, uint32 } from './frames.ts'
import type { Frame } from './frames.ts'
import { BodySender } from './body-sender.ts'
import { HeaderBlockReader } from './header-block-reader.ts'
import { HEAD_TOO_LARGE, NOT_HTTP2 } from '../response-failures.ts'
import { ReceiveWindow } from './receive-window.ts'
import { CONNECTION_START, requestFrames } from './request-frames.ts'
import type { StreamHooks } from './stream-hooks.ts'

/** Maximum number of frames received for one request. */
const MAX_FRAMES = 10_000

/** Maximum size of their payloads together, in bytes: enough for heads, a window of bodies and all other frames. */
const MAX_BYTES = 1_048_576

/** Smaller DATA frames of a body that is read count as frames too: a server could send them for ever. */
const MIN_DATA = 256

/** Maximum size of unsent replies, in bytes: a server that sends pings or settings for ever and never reads is disconnected. */
const MAX_UNSENT = 65_536

/**
 * The client side of an HTTP/2 connection with one stream at a time. It replaces node:http2, which aborts the process when a
 * session is garbage-collected before a stream whose header fields are incomplete (see docs/reliability.md).
 */
export class Http2Connection {
  readonly #socket: Socket
  readonly #hooks: StreamHooks
  readonly #reader = new FrameReader()
  readonly #blocks = new HeaderBlockReader()
  readonly #window = new ReceiveWindow()
  #stream = 0
  #settingsReceived = false
  #broken = false
  #frames = 0
  #bytes = 0
  /** Null until a request has a body. */
  #sender: BodySender | null = null

  /** Sends nothing until the first request. */
  constructor(socket: Socket, hooks: StreamHooks) {
    this.#socket = socket
    this.#hooks = hooks
    socket.on('data', (chunk) => this.#read(chunk as Buffer))
  }

  /** A request begins, which may take several streams. The limits count from here. */
  startRequest(): void {
    this.#frames = 0
    this.#bytes = 0
    this.#blocks.reset()
  }

  /** Sends a request on a new stream. `block`: its encoded header fields. */
  open(block: Buffer, body: Buffer | null): void {
    const bytes: Buffer[] = this.#stream === 0 ? [CONNECTION_START] : []
    this.#stream = this.#stream === 0 ? 1 : this.#stream + 2
    bytes.push(...this.#window.renewForStream(), ...requestFrames(this.#stream, block, body === null))
    if (body !== null) {
      this.#sender ??= new BodySender()
      this.#sender.start(this.#stream, body)
      bytes.push(...this.#sender.frames())
    }
    this.#socket.write(bytes.length === 1 ? (bytes[0] as Buffer) : Buffer.concat(bytes))
  }

  /** Cancels the stream opened last. */
  cancel(): void {
    this.#send(frame(TYPE.reset, 0, this.#stream, uint32(ERROR.cancel)))
  }

  #read(chunk: Buffer): void {
    this.#reader.push(chunk)
    while (!this.#broken) {
      const next = this.#reader.next()
      if (next === null) return
      // What another protocol sends looks like the head of a large frame.
      const isOther = !this.#settingsReceived && (next === 'too-large' || next.type !== TYPE.settings)
      if (isOther) return this.#break(NOT_HTTP2)
      const why = next === 'too-large' ? 'frame too large' : this.#handle(next)
      if (why !== null) this.#break(why === 'overflow' ? HEAD_TOO_LARGE : failure('protocol', why))
    }
  }

  /** Handles a frame. Returns null, `overflow`, or the text of a protocol error. */
  #handle(next: Frame): string | null {
    this.#settingsReceived = true
    this.#bytes += next.payload.length
    if (++this.#frames > MAX_FRAMES || this.#bytes > MAX_BYTES) return 'too many frames'
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
        return 'server push, which is turned off'
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
        return this.#enlargeWindow(stream, payload.readUInt32BE(0) & 0x7fff_ffff)
      default:
        // Frames of unknown types are ignored (RFC 9113, section 4.1).
        return null
    }
  }

  #data(next: Frame): string | null {
    const { stream, flags, payload } = next
    if (!this.#isOurs(stream)) return frameError('DATA')
    const isPresent = stream === this.#stream
    if (!this.#window.receive(payload.length, isPresent)) return 'more body data than the window allows'
    if (!isPresent) return null
    const data = dataOf(next)
    if (data === null) return frameError('DATA')
    const isRead = this.#hooks.onData(data, (flags & FLAG.endStream) !== 0)
    return isRead ? this.#renewWindows(payload.length) : null
  }

  /** Lets the server send more of a body that is read. What is read has a limit of its own. */
  #renewWindows(received: number): string | null {
    this.#bytes -= received
    if (received >= MIN_DATA) this.#frames--
    const update = this.#window.renew(this.#stream)
    return update === null ? null : this.#send(update)
  }

  #fields(next: Frame): string | null {
    if (next.type === TYPE.headers && !this.#isOurs(next.stream)) return frameError('HEADERS')
    const block = this.#blocks.add(next)
    if (block === null || typeof block === 'string') return block
    // Fields of an earlier stream only update the decoder.
    if (block.stream === this.#stream) this.#hooks.onFields(block.fields, block.endStream)
    return null
  }

  #settings(payload: Buffer): string | null {
    let why: string | null = null
    for (let at = 0; at < payload.length; at += 6) {
      const setting = payload.readUInt16BE(at)
      const value = payload.readUInt32BE(at + 2)
      if (setting === SETTING.maxConcurrentStreams) this.#hooks.onMaxStreams(value)
      else if (setting === SETTING.initialWindowSize && this.#sender !== null)
        why ??= this.#sender.resize(value)
    }
    return why ?? this.#send(frame(TYPE.settings, FLAG.ack, 0)) ?? this.#sendBody()
  }

  #enlargeWindow(stream: number, by: number): string | null {
    return this.#sender === null ? null : (this.#sender.enlarge(stream, by) ?? this.#sendBody())
  }

  /** Sends what the windows now allow of a body. */
  #sendBody(): string | null {
    const frames = this.#sender?.frames() ?? []
    if (frames.length > 0) this.#socket.write(Buffer.concat(frames))
    return null
  }

  /** Whether we opened this stream. It may have ended. */
  #isOurs(stream: number): boolean {
    return stream % 2 === 1 && stream <= this.#stream
  }

  #send(bytes: Buffer): string | null {
    if (this.#socket.writableLength > MAX_UNSENT + (this.#sender?.size ?? 0))
      return 'the server sends requests for replies and does not read them'
    this.#socket.write(bytes)
    return null
  }

  #break(why: Failure): void {
    this.#broken = true
    this.#hooks.onFailure(why)
  }
}
