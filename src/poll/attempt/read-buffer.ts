import type { NetConnectOpts } from 'node:net'

/** Maximum size of one read, in bytes. */
const READ_BYTES = 16_384

/** Shared by all sockets of a thread: a chunk must be used before the next read. */
const buffer = Buffer.alloc(READ_BYTES)

/**
 * Reads from a socket without its stream. A stream allocates 64 KiB and a Buffer for each read and queues it, which costs a
 * tenth of an exchange on a kept connection.
 */
export class ReadBuffer {
  /** Called with each chunk, which is valid until it returns. Set it before the socket is resumed. */
  onChunk: (chunk: Buffer) => void = () => {}

  /** The option `onread` of `net.connect`. */
  readonly onread: NonNullable<NetConnectOpts['onread']> = {
    buffer,
    callback: (length) => {
      this.onChunk(buffer.subarray(0, length))
      return true
    },
  }
}
