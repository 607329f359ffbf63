import { createHash } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer as createHttp } from 'node:http'
import { createServer as createHttp2 } from 'node:http2'
import type { ServerHttp2Stream } from 'node:http2'
import { connect, createServer as createTcp } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createTls } from 'node:tls'
import { selfSigned } from '../helpers/certificates.ts'
import { serverFrame } from '../helpers/websocket-server.ts'

// Servers that keep nothing of what they were asked, on all addresses of loopback: one destination has too few local ports.

/** The port of each kind of server. */
export interface KindPorts {
  /** A page of 10 KB and, at /json, a document of 10 KB. */
  readonly http: number
  readonly tcp: number
  readonly tls: number
  /** At 127.0.0.1 only: over UDP, an answer would come from there. */
  readonly dns: number
  readonly ws: number
  readonly grpc: number
  /** Makes connections to whatever it is asked for. */
  readonly proxy: number
}

/** Starts all of them. */
export async function startKindServers(): Promise<KindPorts> {
  const pair = await selfSigned([{ type: 'ip', value: '127.0.0.1' }])
  return {
    http: await listen(http()),
    tcp: await listen(createTcp((socket) => void quiet(socket).end('220 ready\r\n'))),
    tls: await listen(createTls(pair, (socket) => void quiet(socket).end()).on('tlsClientError', () => {})),
    dns: await nameServer(),
    ws: await listen(webSocket()),
    grpc: await listen(health()),
    proxy: await listen(proxy()),
  }
}

async function listen(server: Server): Promise<number> {
  server.listen({ port: 0, host: '0.0.0.0', backlog: 4_096 })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function quiet<Some extends Socket>(socket: Some): Some {
  return socket.on('error', () => socket.destroy())
}

const FILLING = 'x'.repeat(10_000)
const PAGE = `<p>${FILLING}</p><p>all is well</p>`
const DOCUMENT = JSON.stringify({ filling: [FILLING], status: 'ok' })

function http(): Server {
  return createHttp(({ url }, response) => {
    const isJson = url?.startsWith('/json') === true
    response.setHeader('content-type', isJson ? 'application/json' : 'text/html')
    response.end(isJson ? DOCUMENT : PAGE)
  })
}

/** Says `pong` to the first message. */
function webSocket(): Server {
  const server = createHttp()
  server.on('upgrade', ({ headers }, socket) => {
    const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
    const accept = createHash('sha1').update(key).digest('base64')
    quiet(socket as Socket).write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    socket.once('data', () => socket.write(serverFrame('pong')))
    socket.on('end', () => socket.end())
  })
  return server
}

/** SERVING, whatever it is asked. */
function health(): Server {
  const server = createHttp2()
  server.on('session', (session) => session.on('error', () => {}))
  server.on('stream', (stream: ServerHttp2Stream) => {
    stream.on('error', () => {})
    stream.resume()
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    stream.end(Buffer.from('00000000020801', 'hex'))
  })
  return server
}

function proxy(): Server {
  return createTcp((socket) => {
    quiet(socket).once('data', (chunk) => {
      const [, host, port] = /^CONNECT ([^:]+):(\d+)/.exec(chunk.toString('latin1')) ?? []
      const target = quiet(connect(Number(port), host))
      socket.once('close', () => target.destroy())
      target.once('close', () => socket.destroy())
      target.once('connect', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        socket.pipe(target).pipe(socket)
      })
    })
  })
}

/** An A record of the name that was asked for: a pointer to it, type, class, TTL, length, address. */
const RECORD = Buffer.from('c00c000100010000003c00047f000001', 'hex')

async function nameServer(): Promise<number> {
  const socket = createSocket('udp4')
  socket.on('message', (query, { port, address }) => {
    const reply = Buffer.concat([query, RECORD])
    reply[2] = 0x81
    reply[3] = 0x80
    reply[7] = 1
    socket.send(reply, port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket.address().port
}
