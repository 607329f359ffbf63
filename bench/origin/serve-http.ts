import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { serveCount } from './serve-count.ts'

// The server if nginx is not installed. It answers every request with 200 and reads only whether to close the connection.
// Arguments: the PEM files of certificate and key, for TLS.

const [cert, key] = process.argv.slice(2)
const KEEP_ALIVE_RESPONSE = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n',
)
const CLOSE_RESPONSE = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
let requests = 0

function serve(socket: Socket): void {
  let head = ''
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    head += chunk.toString('latin1')
    for (let end = head.indexOf('\r\n\r\n'); end !== -1; end = head.indexOf('\r\n\r\n')) {
      requests++
      const close = /^connection: *close/im.test(head.slice(0, end))
      head = head.slice(end + 4)
      if (close) {
        socket.end(CLOSE_RESPONSE)
        return
      }
      socket.write(KEEP_ALIVE_RESPONSE)
    }
  })
}

const server =
  cert === undefined || key === undefined
    ? createServer(serve)
    : createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }, serve)
server.listen({ port: 0, host: '0.0.0.0', backlog: 4096 }, () =>
  serveCount((server.address() as AddressInfo).port, () => requests),
)
