import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { always, answer } from '../answers.ts'
import type { Ask, Case, Server } from '../case.ts'

const OK: Server = always(answer(200))

const one = (name: string, ask: Partial<Ask>, ...servers: readonly Server[]): Case => ({
  name: `network: ${name}`,
  ask: { url: 'http://{0}/', ...ask },
  servers,
})

const port = (origin: string | undefined) => Number(origin?.split(':').at(-1))

/** A proxy of HTTP that does what is asked, also by CONNECT. */
const proxy: Server = {
  serve: (socket) =>
    void socket.once('data', (chunk) => {
      const text = chunk.toString('latin1')
      const [, method, host] = /^(\S+) (?:http:\/\/)?([^/ ]+)/.exec(text) ?? []
      const target = connect(port(host), '127.0.0.1')
      target.on('error', () =>
        socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'),
      )
      socket.on('close', () => target.destroy())
      target.once('connect', () => {
        if (method === 'CONNECT') socket.write('HTTP/1.1 200 OK\r\n\r\n')
        else target.write(text.replace(/^(\S+) http:\/\/[^/]+/, '$1 '), 'latin1')
        socket.pipe(target).pipe(socket)
      })
    }),
}

/** A SOCKS5 proxy that connects with ports of this machine, or says why not: 2 is forbidden, 5 is refused. */
const socks = (refusal: 2 | null = null): Server => ({
  serve: (socket) =>
    void socket.once('data', () => {
      socket.write(Buffer.from([5, 0]))
      socket.once('data', (request: Buffer) => {
        const say = (code: number) => socket.write(Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]))
        if (refusal !== null) {
          say(refusal)
          socket.end()
          return
        }
        const target = connect(request.readUInt16BE(request.length - 2), '127.0.0.1')
        target.on('error', () => {
          say(5)
          socket.end()
        })
        socket.on('close', () => target.destroy())
        target.once('connect', () => {
          say(0)
          socket.pipe(target).pipe(socket)
        })
      })
    }),
})

/** A proxy that says the same to everybody. */
const says = (status: string): Server => ({
  serve: (socket: Socket) =>
    void socket.once('data', () =>
      socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`),
    ),
})

const SECURE: Server = { ...OK, tls: { certificate: 'good' } }
const through = { proxy: 'http://{1}' }
const bySocks = { proxy: 'socks5h://{1}' }

/** Addresses, names and proxies. */
export const NETWORKS: readonly Case[] = [
  one('an address of IPv6', {}, { ...OK, host: '::1' }),
  one('an address of IPv6, with TLS', { url: 'https://{0}/' }, { ...SECURE, host: '::1' }),
  one('an address of IPv4, IPv4 only', { ipv: 4 }, OK),
  one('an address of IPv6, IPv6 only', { ipv: 6 }, { ...OK, host: '::1' }),
  one('an address of IPv4, IPv6 only', { ipv: 6 }, OK),
  one('a name that does not exist', { url: 'http://no-such-name.invalid:{p0}/' }, OK),
  one(
    'resolve',
    { url: 'http://site.test:{p0}/', resolve: '127.0.0.1' },
    {
      reply: ({ headers }) => answer(/^site\.test:\d+$/.test(headers['host'] ?? '') ? 200 : 421),
    },
  ),
  one('resolve, with TLS', { url: 'https://site.test:{p0}/', resolve: '127.0.0.1' }, SECURE),
  one(
    'resolve, with TLS for another name',
    { url: 'https://other.test:{p0}/', resolve: '127.0.0.1' },
    SECURE,
  ),
  one('a proxy', through, OK, proxy),
  one('a proxy, with TLS', { ...through, url: 'https://{0}/' }, SECURE, proxy),
  one(
    'a proxy, expired certificate behind it',
    { ...through, url: 'https://{0}/' },
    { ...OK, tls: { certificate: 'expired' } },
    proxy,
  ),
  one('a proxy, nobody behind it', through, { isAbsent: true }, proxy),
  one('a proxy, nobody behind it, with TLS', { ...through, url: 'https://{0}/' }, { isAbsent: true }, proxy),
  one('a SOCKS proxy', bySocks, OK, socks()),
  one('a SOCKS proxy, with TLS', { ...bySocks, url: 'https://{0}/' }, SECURE, socks()),
  one('a SOCKS proxy, nobody behind it', bySocks, { isAbsent: true }, socks()),
  one('a SOCKS proxy that forbids', bySocks, OK, socks(2)),
  one('a SOCKS proxy that is not there', bySocks, OK, { isAbsent: true }),
  one('a proxy that is not there', through, OK, { isAbsent: true }),
  one('a proxy that wants a password', through, OK, says('407 Proxy Authentication Required')),
  one(
    'a proxy that wants a password, with TLS',
    { ...through, url: 'https://{0}/' },
    SECURE,
    says('407 Proxy Authentication Required'),
  ),
  one('a proxy that forbids, with TLS', { ...through, url: 'https://{0}/' }, SECURE, says('403 Forbidden')),
]
