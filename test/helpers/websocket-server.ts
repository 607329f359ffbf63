import { createHash } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ExecutionContext } from 'ava'
import type { Pair } from './certificates.ts'

/** A frame as a server sends it, or with other bits. */
export function serverFrame(text: string | Buffer, first = 0x81, mask = 0): Buffer {
  const data = Buffer.from(text)
  const length = data.length < 126 ? [data.length | mask] : [126 | mask, data.length >> 8, data.length & 0xff]
  return Buffer.concat([Buffer.from([first, ...length]), data])
}

/** The data of a masked frame of fewer than 65,536 bytes. */
export function unmasked(frame: Buffer): string {
  const long = ((frame[1] as number) & 0x7f) === 126
  const at = long ? 4 : 2
  const mask = frame.subarray(at, at + 4)
  return Buffer.from(frame.subarray(at + 4).map((byte, n) => byte ^ (mask[n % 4] as number))).toString()
}

/** Starts a server that goes over to WebSocket, calls `serve`, and passes on each frame, in the order of their arrival. */
export async function websocketServer(
  t: Pick<ExecutionContext, 'teardown'>,
  serve: (socket: Duplex, request: http.IncomingMessage) => void,
  pair: Pair | null = null,
): Promise<string> {
  const server = pair === null ? http.createServer() : https.createServer({ ...pair })
  const sockets = new Set<Duplex>()
  server.on('upgrade', (request: http.IncomingMessage, socket: Duplex) => {
    sockets.add(socket)
    socket.on('error', () => {})
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
    const accept = createHash('sha1').update(key).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    serve(socket, request)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return `${pair === null ? 'ws' : 'wss'}://127.0.0.1:${port}`
}
