import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { ExecutionContext } from 'ava'

/** A connection that sends what a test says, byte for byte. */
export class RawClient {
  readonly socket: Socket
  /** Resolves when the connection has ended, in whatever way. */
  readonly closed: Promise<void>
  #received = ''

  private constructor(t: ExecutionContext, socket: Socket) {
    this.socket = socket
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()))
    // A reset is an end like any other.
    socket.on('error', () => {})
    socket.setEncoding('latin1').on('data', (text: string) => (this.#received += text))
    t.teardown(() => socket.destroy())
  }

  static async open(t: ExecutionContext, port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1')
    const client = new RawClient(t, socket)
    await Promise.race([once(socket, 'connect'), client.closed])
    return client
  }

  /** What has come so far. */
  get received(): string {
    return this.#received
  }

  send(text: string): void {
    this.socket.write(text)
  }

  /** Sends a text and resolves with all that came when the server has closed the connection. */
  async sendAndRead(text: string): Promise<string> {
    this.send(text)
    await this.closed
    return this.#received
  }
}
