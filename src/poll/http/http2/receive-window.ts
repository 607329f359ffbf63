import { frame, TYPE, uint32 } from './frames.ts'

/** Flow-control window, in bytes: the protocol's default. Nobody asks for a larger one. */
const WINDOW = 65_535

/** What a server may still send of bodies, on a connection and on its present stream, and the frames that let it send more. */
export class ReceiveWindow {
  /** Bytes of bodies received since the window was last renewed. */
  #bodyBytes = 0
  /** The same for the window of the present stream. */
  #streamBytes = 0

  /** A stream is opened, which has a window of its own. Returns the frames that renew the window of the connection. */
  renewForStream(): Buffer[] {
    const frames = this.#bodyBytes > 0 ? [windowUpdate(0, this.#bodyBytes)] : []
    this.#bodyBytes = 0
    this.#streamBytes = 0
    return frames
  }

  /** Counts a part of a body. `isPresent`: it belongs to the present stream. Returns false if it is more than the window allows. */
  receive(bytes: number, isPresent: boolean): boolean {
    this.#bodyBytes += bytes
    if (isPresent) this.#streamBytes += bytes
    return this.#bodyBytes <= WINDOW
  }

  /** The frames that renew both windows; null while more than half of the connection's is left. */
  renew(stream: number): Buffer | null {
    if (this.#bodyBytes <= WINDOW / 2) return null
    const frames = [windowUpdate(0, this.#bodyBytes), windowUpdate(stream, this.#streamBytes)]
    this.#bodyBytes = 0
    this.#streamBytes = 0
    return Buffer.concat(frames)
  }
}

function windowUpdate(stream: number, bytes: number): Buffer {
  return frame(TYPE.windowUpdate, 0, stream, uint32(bytes))
}
