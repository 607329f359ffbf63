import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

/** A server on loopback that answers the first request of each connection with raw bytes: `/3` with the fourth text. */
export class RawResponseServer {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** Connections so far. */
  connections = 0

  private constructor(server: Server) {
    this.#server = server
  }

  /** `answer` writes a text, of one character a byte; without it the connection ends behind the text. */
  static async start(
    texts: readonly string[],
    answer: (socket: Socket, text: string) => void = (socket, text) => void socket.end(text, 'latin1'),
  ): Promise<RawResponseServer> {
    const server = createServer({ noDelay: true })
    const raw = new RawResponseServer(server)
    server.on('connection', (socket) => {
      raw.connections++
      raw.#sockets.add(socket)
      socket.once('close', () => raw.#sockets.delete(socket))
      socket.on('error', () => {})
      let request = ''
      socket.on('data', (chunk) => {
        request += chunk.toString('latin1')
        const end = request.indexOf('\r\n\r\n')
        if (end === -1) return
        const text = texts[Number(/^\w+ \/(\d+)/.exec(request)?.[1])]
        request = request.slice(end + 4)
        if (text === undefined) socket.destroy()
        else answer(socket, text)
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return raw
  }

  /** Without a slash at its end. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
