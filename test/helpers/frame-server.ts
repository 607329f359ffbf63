import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import type { Server, TLSSocket } from 'node:tls'
import { FLAG, frame, FrameReader, PREFACE, TYPE } from '../../src/poll/http/http2/frames.ts'
import { HeaderBlockReader } from '../../src/poll/http/http2/header-block-reader.ts'
import { encodeFields } from '../../src/poll/http/http2/hpack.ts'
import type { Field } from '../../src/poll/http/http2/hpack.ts'
import type { Pair } from './certificates.ts'

/** A request, and what a script can do with its connection. */
export interface FrameRequest {
  readonly path: string
  readonly fields: readonly Field[]
  readonly stream: number
  readonly socket: TLSSocket
  /** How many requests came on this connection before. */
  readonly requestsBefore: number
  /** How much of bodies the client has allowed so far. */
  readonly allowed: number
  /** Sends bytes, all at once. */
  send(...bytes: readonly Buffer[]): void
}

/** What a case does with a request. */
export type FrameScript = (request: FrameRequest) => void

/** The server's first frame, empty. */
export const SETTINGS = frame(TYPE.settings, 0, 0)

/** A HEADERS frame with the fields of an answer. */
export function head(
  stream: number,
  fields: readonly Field[],
  flags: number = FLAG.endHeaders | FLAG.endStream,
): Buffer {
  return frame(TYPE.headers, flags, stream, encodeFields(fields))
}

/** An answer without a body. */
export function answer(stream: number, status = '200'): Buffer {
  return head(stream, [[':status', status]])
}

/** A TLS server on loopback that speaks HTTP/2 as scripts say, by the path of the request; HTTP/1 gets 200. */
export class FrameServer {
  readonly #server: Server
  readonly #sockets = new Set<TLSSocket>()
  readonly #host: string
  /** Paths asked for over HTTP/2, in order; over HTTP/1 as `HTTP/1`. */
  readonly requestPaths: string[] = []
  connections = 0

  private constructor(server: Server, host: string) {
    this.#server = server
    this.#host = host
  }

  /** Starts it. `settings`: its first frame. */
  static async start(
    pair: Pair,
    scripts: Readonly<Record<string, FrameScript>>,
    settings = SETTINGS,
    host = '127.0.0.1',
  ): Promise<FrameServer> {
    const server = createServer({ ...pair, ALPNProtocols: ['h2', 'http/1.1'] })
    const frames = new FrameServer(server, host)
    server.on('secureConnection', (socket) => frames.#serve(socket, scripts, settings))
    // Some clients leave in the handshake.
    server.on('tlsClientError', () => {})
    server.listen(0, host)
    await once(server, 'listening')
    return frames
  }

  url(path: string): string {
    return `https://${this.#host}:${(this.#server.address() as AddressInfo).port}/${path}`
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#sockets.size
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #serve(socket: TLSSocket, scripts: Readonly<Record<string, FrameScript>>, settings: Buffer): void {
    this.connections++
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    // The other side may go at any time: that is what it is tested for.
    socket.on('error', () => {})
    if (socket.alpnProtocol !== 'h2') {
      socket.on('data', () => {
        this.requestPaths.push('HTTP/1')
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
      })
      return
    }
    socket.write(settings)
    const reader = new FrameReader()
    const blocks = new HeaderBlockReader()
    let greeting = PREFACE.length
    let before = 0
    let allowed = 65_535
    socket.on('data', (chunk: Buffer) => {
      const skipped = Math.min(greeting, chunk.length)
      greeting -= skipped
      reader.push(chunk.subarray(skipped))
      for (let next = reader.next(); next !== null && next !== 'too-large'; next = reader.next()) {
        if (next.type === TYPE.windowUpdate && next.stream === 0) allowed += next.payload.readUInt32BE(0)
        if (next.type !== TYPE.headers && next.type !== TYPE.continuation) continue
        const block = blocks.add(next)
        if (block === null) continue
        if (typeof block === 'string') throw new Error(`a request with ${block}`)
        const { fields } = block
        const path = new Map(fields).get(':path')?.slice(1).replace(/\?.*/, '') ?? ''
        this.requestPaths.push(path)
        const send = (...bytes: readonly Buffer[]) => void socket.write(Buffer.concat(bytes))
        scripts[path]?.({
          path,
          fields,
          stream: next.stream,
          socket,
          requestsBefore: before++,
          allowed,
          send,
        })
      }
    })
  }
}
