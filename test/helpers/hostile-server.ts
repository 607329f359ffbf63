import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

/** What a case does with a request whose head has come in. */
export type Script = (socket: Socket, request: { readonly method: string; readonly head: string }) => void

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'

const send = (text: string) => (socket: Socket) => void socket.write(text, 'latin1')
const sendAndEnd = (text: string) => (socket: Socket) => void socket.end(text, 'latin1')
const reset = (socket: Socket) => void socket.resetAndDestroy()

/** Says it, and when it is on its way does something else. */
const sendThen = (text: string, then: (socket: Socket) => void, ms: number) => (socket: Socket) => {
  socket.write(text, 'latin1', () => void setTimeout(() => then(socket), ms))
}

/** Says something again and again for as long as somebody listens. */
const sendRepeatedly = (text: string, ms: number) => (socket: Socket) => {
  const timer = setInterval(() => socket.write(text, 'latin1'), ms)
  socket.once('close', () => clearInterval(timer))
}

/** What a server can do to a poller, by name: the path of the request. */
export const SCRIPTS: Readonly<Record<string, Script>> = {
  ok: sendAndEnd(OK),
  'ok-open': send(OK),
  'http-1.0': sendAndEnd('HTTP/1.0 200 OK\r\n\r\n'),
  'no-content': sendAndEnd('HTTP/1.1 204 No Content\r\n\r\n'),
  'early-hints': sendAndEnd(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}`),
  continue: sendAndEnd(`HTTP/1.1 100 Continue\r\n\r\n${OK}`),
  'continue-apart': sendThen('HTTP/1.1 100 Con', sendAndEnd(`tinue\r\n\r\n${OK}`), 20),
  'continue-after-hints': sendAndEnd(`HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${OK}`),
  'body-after-head': sendAndEnd(
    'HTTP/1.1 200 OK\r\nContent-Length: 44\r\n\r\nHTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\nxxxx',
  ),
  'endless-body': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    sendRepeatedly('x'.repeat(4096), 1)(socket)
  },
  'reset-after-head': sendThen('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', reset, 0),
  'byte-by-byte': (socket) => {
    let at = 0
    const timer = setInterval(
      () => (at < OK.length ? socket.write(OK.charAt(at++)) : clearInterval(timer)),
      1,
    )
    socket.once('close', () => clearInterval(timer))
  },
  'long-head': sendAndEnd(`HTTP/1.1 200 OK\r\n${`X: ${'x'.repeat(996)}\r\n`.repeat(250)}\r\n`),
  silent: () => {},
  drip: (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    sendRepeatedly('X: 1\r\n', 30)(socket)
  },
  'hints-forever': sendRepeatedly('HTTP/1.1 103 Early Hints\r\n\r\n', 20),
  'continue-forever': sendRepeatedly('HTTP/1.1 100 Continue\r\n\r\n', 20),
  'switching-protocols': send(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  ),
  'switching-to-nothing': send('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
  'status-000': sendAndEnd('HTTP/1.1 000 Nothing\r\n\r\n'),
  'status-099': sendAndEnd('HTTP/1.1 099 Low\r\n\r\n'),
  'status-99': sendAndEnd('HTTP/1.1 99 Low\r\n\r\n'),
  'status-1000': sendAndEnd('HTTP/1.1 1000 High\r\n\r\n'),
  'status-abc': sendAndEnd('HTTP/1.1 abc Letters\r\n\r\n'),
  'lf-only': sendAndEnd('HTTP/1.1 200 OK\nContent-Length: 0\n\n'),
  'nul-in-header': sendAndEnd('HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n'),
  'esc-in-header': sendAndEnd('HTTP/1.1 200 OK\r\nX: a\u001b[2Jb\r\n\r\n'),
  'esc-in-phrase': sendAndEnd('HTTP/1.1 500 \u001b[2JOops\r\n\r\n'),
  'ssh-banner': send('SSH-2.0-OpenSSH_9.6\r\n'),
  'http-0.9': sendAndEnd('<html>It works</html>'),
  'two-lengths': sendAndEnd('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'),
  'head-too-large': send(`HTTP/1.1 200 OK\r\n${`X: ${'x'.repeat(1000)}\r\n`.repeat(300)}\r\n`),
  'header-too-large': send(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(300_000)}\r\n\r\n`),
  'phrase-too-large': send(`HTTP/1.1 200 ${'x'.repeat(300_000)}\r\n\r\n`),
  'endless-phrase': (socket) => {
    socket.write('HTTP/1.1 200 ')
    sendRepeatedly('x'.repeat(65_536), 1)(socket)
  },
  'reset-at-once': reset,
  'reset-in-head': sendThen('HTTP/1.1 200 OK\r\nX: ', reset, 20),
  'end-at-once': (socket) => void socket.end(),
  'end-in-head': sendAndEnd('HTTP/1.1 200 OK\r\nX: '),
  'not-found': sendAndEnd('HTTP/1.1 404 Not Found\r\n\r\n'),
  'server-error': sendAndEnd('HTTP/1.1 500 Internal Server Error\r\n\r\n'),
  'status-999': sendAndEnd('HTTP/1.1 999 Request denied\r\n\r\n'),
  'no-phrase': sendAndEnd('HTTP/1.1 200\r\n\r\n'),
  'not-modified': sendAndEnd('HTTP/1.1 304 Not Modified\r\n\r\n'),
  'head-405': (socket, { method }) => {
    socket.end(method === 'HEAD' ? 'HTTP/1.1 405 Method Not Allowed\r\n\r\n' : OK)
  },
  'head-501': (socket, { method }) => {
    socket.end(method === 'HEAD' ? 'HTTP/1.1 501 Not Implemented\r\n\r\n' : 'HTTP/1.1 503 Busy\r\n\r\n')
  },
  'all-405': sendAndEnd('HTTP/1.1 405 Method Not Allowed\r\n\r\n'),
  'busy-for-a-minute': sendAndEnd('HTTP/1.1 503 Busy\r\nRetry-After: 60\r\n\r\n'),
  'moved-to-ok': sendAndEnd('HTTP/1.1 301 Moved\r\nLocation: /ok\r\n\r\n'),
  'moved-relative': sendAndEnd('HTTP/1.1 308 Moved\r\nLocation: ok#there\r\n\r\n'),
  'moved-to-silent': sendAndEnd('HTTP/1.1 302 Found\r\nLocation: /silent\r\n\r\n'),
  'moved-to-itself': sendAndEnd('HTTP/1.1 302 Found\r\nLocation: /moved-to-itself\r\n\r\n'),
  ping: sendAndEnd('HTTP/1.1 302 Found\r\nLocation: /pong\r\n\r\n'),
  pong: sendAndEnd('HTTP/1.1 302 Found\r\nLocation: /ping\r\n\r\n'),
  'moved-on': (socket, { head }) => {
    const step = Number(/\?(\d+)/.exec(head)?.[1] ?? 0)
    socket.end(`HTTP/1.1 302 Found\r\nLocation: /moved-on?${step + 1}\r\n\r\n`)
  },
  'moved-nowhere': sendAndEnd('HTTP/1.1 302 Found\r\n\r\n'),
  'moved-to-ftp': sendAndEnd('HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1/\r\n\r\n'),
  'moved-to-nonsense': sendAndEnd('HTTP/1.1 302 Found\r\nLocation: http://[\r\n\r\n'),
}

/** A server on loopback that does what the path of each request says. */
export class HostileServer {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** The heads of all requests so far. */
  readonly heads: string[] = []
  /** Connections so far. */
  connections = 0

  private constructor(server: Server, scripts: Readonly<Record<string, Script>>) {
    this.#server = server
    server.on('connection', (socket: Socket) => this.#count(socket))
    server.on(
      server.listenerCount('secureConnection') > 0 ? 'secureConnection' : 'connection',
      (socket: Socket) => this.#serve(socket, scripts),
    )
  }

  /** Starts it on a free port. `scripts`: more than SCRIPTS, or others in the place of those of the same names. `server`: for TLS. */
  static async start(
    scripts: Readonly<Record<string, Script>> = {},
    server = createServer(),
  ): Promise<HostileServer> {
    const hostile = new HostileServer(server, { ...SCRIPTS, ...scripts })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return hostile
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#sockets.size
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}/${path}`
  }

  /** Says something on each open connection, asked for or not, and waits until their other sides have ended them. */
  async sendUnsolicited(text: string): Promise<void> {
    const ended = [...this.#sockets].map((socket) => once(socket, 'close'))
    for (const socket of this.#sockets) socket.write(text, 'latin1')
    await Promise.all(ended)
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #count(socket: Socket): void {
    this.connections++
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    // The other side may go at any time: that is what it is tested for.
    socket.on('error', () => {})
  }

  #serve(socket: Socket, scripts: Readonly<Record<string, Script>>): void {
    socket.on('error', () => {})
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end + 4)
        text = text.slice(end + 4)
        this.heads.push(head)
        const [method = '', path = ''] = head.split(' ')
        const script = scripts[path.slice(1).replace(/\?.*/, '')]
        if (script === undefined) socket.end('HTTP/1.1 404 No such case\r\n\r\n')
        else script(socket, { method, head })
      }
    })
  }
}
