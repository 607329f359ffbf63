import { readFileSync } from 'node:fs'
import { createSecureServer } from 'node:http2'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { Content } from './counting-server.ts'
import { serveCount } from './serve-count.ts'

// The server if nginx is not installed. It answers every request with 200 and reads only whether to close the connection.
// Argument: its Content, as JSON.

const { pair, http2, page, counts } = JSON.parse(process.argv[2] as string) as Content
const answer = (connection: string) =>
  Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${page.length}\r\nconnection: ${connection}\r\n\r\n${page}`)
const KEEP_ALIVE_RESPONSE = answer('keep-alive')
const CLOSE_RESPONSE = answer('close')
let [requests, connections] = [0, 0]

function serve(socket: Socket): void {
  let head = ''
  connections++
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

function listener() {
  if (pair === null) return createServer(serve)
  const credentials = { cert: readFileSync(pair.cert), key: readFileSync(pair.key) }
  if (!http2) return createTlsServer(credentials, serve)
  return createSecureServer(credentials, (_request, response) => {
    requests++
    response.end(page)
  })
}

const server = listener()
server.listen({ port: 0, host: '0.0.0.0', backlog: 4096 }, () =>
  serveCount((server.address() as AddressInfo).port, () => (counts === 'requests' ? requests : connections)),
)
