import dgram from 'node:dgram'
import { once } from 'node:events'
import net from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createHash } from 'node:crypto'
import tls from 'node:tls'
import packet from 'dns-packet'
import { DIALOGUES } from '../helpers/starttls-server.ts'
import { randomFrames } from '../helpers/random-frames.ts'
import { frame, TYPE } from '../../src/poll/http/http2/frames.ts'
import { STARTTLS } from '../../src/settings/starttls.ts'
import type { StartTls } from '../../src/settings/starttls.ts'
import { seeded } from '../helpers/random.ts'
import { dnsReply, frames, http1, mutate, pick } from './bytes.ts'
import type { Random } from './bytes.ts'

/** What a connection to a server says: by the number of its case, which is in the address that was connected to. */
type Serve = (socket: Socket, random: Random) => void

/** Ports of the servers that answer wrongly. */
export type Ports = Readonly<
  Record<'http' | 'h2' | 'grpc' | 'tls' | 'talk' | 'ws' | 'proxy' | StartTls, number>
>

/** The servers of a run. */
export interface FuzzServers {
  readonly ports: Ports
  /** Answers names, `cN.test` wrongly, and questions of `dns://`. */
  readonly resolver: string
  /** Sockets that are open now. */
  readonly open: () => number
  close(): Promise<void>
}

/** No connection lasts longer, in ms. */
const MAX_MS = 5_000

/** The address of a case. */
export function addressOf(n: number): string {
  return `127.${64 + ((n >> 16) & 63)}.${(n >> 8) & 255}.${n & 255}`
}

function caseAt(address: string): number {
  const [, high = 0, middle = 0, low = 0] = address.split('.').map(Number)
  return ((high - 64) << 16) | (middle << 8) | low
}

/** Sends bytes in pieces, cut anywhere, and at the end closes, resets or waits. */
async function trickle(socket: Socket, random: Random, bytes: Buffer): Promise<void> {
  const pieces = pick(random, [1, 1, 2, 5, 20])
  for (let at = 0, left = pieces; at < bytes.length && !socket.destroyed; left--) {
    const end = left <= 1 ? bytes.length : at + random.below(bytes.length - at + 1)
    const piece = bytes.subarray(at, end)
    at = end
    await new Promise((sent) => socket.write(piece, sent))
  }
  pick(random, [() => {}, () => socket.end(), () => socket.end(), () => socket.destroy()])()
}

/** Sends it once the other side has spoken. */
function answer(bytes: (request: Buffer, random: Random) => Buffer): Serve {
  return (socket, random) =>
    socket.once('data', (request) => void trickle(socket, random, bytes(request as Buffer, random)))
}

const webSocket = answer((request, random) => {
  const key = /sec-websocket-key: *(\S+)/i.exec(request.toString('latin1'))?.[1] ?? ''
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  const head = Buffer.from(
    `HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
  return Buffer.concat([random.below(3) === 0 ? mutate(random, head) : head, frames(random)])
})

const SOCKS = Buffer.from([5, 0, 5, 0, 0, 1, 127, 0, 0, 1, 0, 80])
const CONNECTED = Buffer.from('HTTP/1.1 200 Connected\r\nVia: x\r\n\r\n')

/** The answers of a proxy, each to one message of the client, and behind them those of a server. */
const proxy: Serve = (socket, random) => {
  let asked = 0
  socket.on('data', (request) => {
    const isSocks = (request as Buffer)[0] === 5
    const whole = isSocks ? (asked === 0 ? SOCKS.subarray(0, 2) : SOCKS.subarray(2)) : CONNECTED
    asked++
    if (asked > 2) void trickle(socket, random, http1(random))
    else socket.write(random.below(2) === 0 ? mutate(random, whole) : whole)
  })
}

function starttls(protocol: StartTls): Serve {
  return (socket, random) => {
    const steps = DIALOGUES[protocol].filter((step) => !(step instanceof RegExp)) as (string | Buffer)[]
    const say = () => {
      const next = steps.shift()
      if (next === undefined) socket.write(mutate(random, Buffer.from('\x16\x03\x03\0\x02\x02\0', 'latin1')))
      else socket.write(random.below(2) === 0 ? mutate(random, Buffer.from(next)) : next)
    }
    if (DIALOGUES[protocol][0] instanceof RegExp) socket.on('data', say)
    else {
      say()
      socket.on('data', say)
    }
  }
}

/** Starts all servers. */
export async function startServers(seed: number, pair: { cert: string; key: string }): Promise<FuzzServers> {
  const sockets = new Set<Socket>()
  const servers: Server[] = []
  const listen = async (
    server: Server,
    serve: Serve,
    event: 'connection' | 'secureConnection' = 'connection',
  ) => {
    const track = (socket: Socket) => {
      sockets.add(socket)
      socket.on('error', () => {}).once('close', () => sockets.delete(socket))
      socket.once('end', () => socket.destroy())
      // All polls are over by then. One whose handshake has failed is not always told.
      const timer = setTimeout(() => socket.destroy(), MAX_MS)
      socket.once('close', () => clearTimeout(timer))
    }
    server.on('connection', track)
    server.on(event, (socket: Socket) => {
      socket.on('error', () => {})
      serve(socket, seeded(seed ^ caseAt(socket.localAddress ?? '')))
      socket.resume()
    })
    server.on('tlsClientError', (_: Error, socket: Socket) => socket.destroy())
    server.listen(0, '0.0.0.0')
    await once(server, 'listening')
    servers.push(server)
    return (server.address() as AddressInfo).port
  }
  const plain = (serve: Serve) => listen(net.createServer({ noDelay: true, allowHalfOpen: true }), serve)
  const http = answer((_, random) => http1(random))
  const overHttp2: Serve = (socket, random) => {
    const settings = frame(TYPE.settings, 0, 0)
    socket.write(settings)
    socket.once('data', () => void trickle(socket, random, randomFrames(random.below(2 ** 31), 1)))
  }
  const whole = await listen(tls.createServer({ ...pair }), http, 'secureConnection')
  // What a server of TLS sends, with mistakes.
  const records: Serve = (socket, random) => {
    const inner = net.connect(whole, '127.0.0.1')
    sockets.add(inner)
    inner
      .on('error', () => socket.destroy())
      .once('close', () => {
        sockets.delete(inner)
        socket.end()
        socket.unpipe().resume()
      })
    socket.once('close', () => inner.destroy())
    socket.pipe(inner)
    inner.on(
      'data',
      (bytes) => void socket.write(random.below(3) === 0 ? mutate(random, bytes as Buffer) : bytes),
    )
  }
  const dialogues = await Promise.all(
    STARTTLS.map(async (name) => [name, await plain(starttls(name))] as const),
  )
  const ports: Ports = {
    http: await plain(http),
    h2: await listen(tls.createServer({ ...pair, ALPNProtocols: ['h2'] }), overHttp2, 'secureConnection'),
    grpc: await plain(overHttp2),
    tls: await plain(records),
    talk: await plain(
      (socket, random) =>
        void trickle(socket, random, mutate(random, Buffer.from('220 x ESMTP\r\n+PONG\r\n'.repeat(9)))),
    ),
    ws: await plain(webSocket),
    proxy: await plain(proxy),
    ...(Object.fromEntries(dialogues) as Record<StartTls, number>),
  }
  const names = await nameServer(seed)
  return {
    ports,
    resolver: `127.0.0.1:${names.address().port}`,
    open: () => sockets.size,
    async close() {
      names.close()
      for (const socket of sockets) socket.destroy()
      for (const server of servers) server.close()
      await Promise.all(servers.map((server) => once(server, 'close')))
    },
  }
}

async function nameServer(seed: number): Promise<dgram.Socket> {
  const socket = dgram.createSocket('udp4', (query, from) => {
    const asked = packet.decode(query)
    const [question] = asked.questions ?? []
    const n = Number(/^c(\d+)\./.exec(question?.name.toLowerCase() ?? '')?.[1] ?? -1)
    const right = () => {
      const answers: packet.Answer[] =
        question?.type === 'A' ? [{ type: 'A', name: question.name, ttl: 1, data: '127.0.0.1' }] : []
      return packet.encode({
        type: 'response',
        id: asked.id ?? 0,
        flags: packet.RECURSION_AVAILABLE,
        questions: asked.questions ?? [],
        answers,
      })
    }
    const reply = n < 0 ? right() : dnsReply(seeded(seed ^ n), query, addressOf(n))
    socket.send(reply, from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}
