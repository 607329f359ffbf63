import { FLAG, frame, frameError, MAX_PAYLOAD, TYPE } from './frames.ts'

/** Flow-control windows before the server says otherwise, in bytes. */
const DEFAULT_WINDOW = 65_535

const MAX_WINDOW = 0x7fff_ffff

/** Sends the body of a request as fast as the windows of the server allow (RFC 9113, section 5.2). */
export class BodySender {
  #stream = 0
  #body: Buffer = Buffer.alloc(0)
  #at = 0
  #isDone = true
  #connectionWindow = DEFAULT_WINDOW
  #initialWindow = DEFAULT_WINDOW
  #streamWindow = 0

  /** Size of the present body, in bytes. */
  get size(): number {
    return this.#body.length
  }

  /** A request with this body begins on a new stream. */
  start(stream: number, body: Buffer): void {
    this.#stream = stream
    this.#body = body
    this.#at = 0
    this.#isDone = false
    this.#streamWindow = this.#initialWindow
  }

  /** The server has set the window of new streams, and with it that of the present one. Returns the text of a protocol error, or null. */
  resize(window: number): string | null {
    if (window > MAX_WINDOW) return frameError('SETTINGS')
    this.#streamWindow += window - this.#initialWindow
    this.#initialWindow = window
    return this.#streamWindow > MAX_WINDOW ? frameError('SETTINGS') : null
  }

  /** The server has enlarged a window; stream 0 is the connection. Returns the text of a protocol error, or null. */
  enlarge(stream: number, by: number): string | null {
    if (by === 0) return frameError('WINDOW_UPDATE')
    if (stream === 0) this.#connectionWindow += by
    else if (stream === this.#stream) this.#streamWindow += by
    return Math.max(this.#connectionWindow, this.#streamWindow) > MAX_WINDOW
      ? frameError('WINDOW_UPDATE')
      : null
  }

  /** The frames that can be sent now. */
  frames(): Buffer[] {
    const frames: Buffer[] = []
    while (!this.#isDone) {
      const left = this.#body.length - this.#at
      const size = Math.min(left, MAX_PAYLOAD, this.#connectionWindow, this.#streamWindow)
      if (size <= 0 && left > 0) break
      const payload = this.#body.subarray(this.#at, this.#at + size)
      this.#at += size
      this.#connectionWindow -= size
      this.#streamWindow -= size
      this.#isDone = this.#at === this.#body.length
      frames.push(frame(TYPE.data, this.#isDone ? FLAG.endStream : 0, this.#stream, payload))
    }
    return frames
  }
}
