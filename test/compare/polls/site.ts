import { once } from 'node:events'
import net from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import tls from 'node:tls'
import { hostPort } from '../../../src/poll/attempt/host-port.ts'
import { DnsServer } from '../../helpers/dns-server.ts'
import { freePort } from '../../helpers/free-port.ts'
import type { Case, CaseSite, Seen, Server } from './case.ts'
import { Certificates } from './certificates.ts'

/** The servers of all cases, in this process. */
export class Site {
  readonly certificates: Certificates
  readonly #dns: DnsServer
  readonly #origins = new Map<Case, readonly string[]>()
  readonly #requests = new Map<Case, { readonly tool: string; readonly text: string }[]>()
  readonly #servers: net.Server[] = []
  readonly #sockets = new Set<Socket>()

  private constructor(certificates: Certificates, dns: DnsServer) {
    this.certificates = certificates
    this.#dns = dns
  }

  static async start(cases: readonly Case[]): Promise<Site> {
    const zone = Object.assign({}, ...cases.map(({ zone: own = {} }) => own)) as DnsServer['zone']
    const site = new Site(await Certificates.create(), await new DnsServer(zone).listen())
    for (const one of cases) await site.#startCase(one)
    return site
  }

  /** Puts the addresses of the servers of a case into a text for `{0}`, their ports for `{p0}`. */
  fill(one: Case, text: string): string {
    const origins = this.#origins.get(one) ?? []
    return text
      .replaceAll(/\{(\d)\}/g, (_, at: string) => origins[Number(at)] as string)
      .replaceAll(/\{p(\d)\}/g, (_, at: string) => String(origins[Number(at)]?.split(':').at(-1)))
  }

  /** `host:port` of the name server. */
  get nameServer(): string {
    return this.#dns.address
  }

  /** The requests of a tool in a case, in their order. `tool`: how its User-Agent begins. */
  requests(one: Case, tool: string): string {
    const seen = (this.#requests.get(one) ?? []).filter((request) => request.tool.startsWith(tool))
    return seen.map(({ text }) => text).join(', ')
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all(
      this.#servers.map(async (server) => {
        server.close()
        await once(server, 'close')
      }),
    )
    await this.#dns.close()
  }

  async #startCase(one: Case): Promise<void> {
    const origins: string[] = []
    this.#origins.set(one, origins)
    this.#requests.set(one, [])
    const site: CaseSite = { origins, certificate: (name) => this.certificates.pair(name) }
    for (const server of one.servers) {
      const { host = '127.0.0.1' } = server
      origins.push(
        hostPort(host, server.isAbsent === true ? await freePort() : await this.#listen(one, server, site)),
      )
    }
  }

  async #listen(one: Case, server: Server, site: CaseSite): Promise<number> {
    const serve = (socket: Socket) => {
      this.#keep(socket)
      if (server.serve !== undefined) server.serve(socket, site)
      else this.#speakHttp(one, server, socket, site)
    }
    const listener =
      server.tls === undefined
        ? net.createServer({ noDelay: true, allowHalfOpen: true }, serve)
        : tls.createServer(this.certificates.options(server.tls), serve)
    listener.on('connection', (socket: Socket) => this.#keep(socket)).on('tlsClientError', () => {})
    listener.listen(0, server.host ?? '127.0.0.1')
    await once(listener, 'listening')
    this.#servers.push(listener)
    return (listener.address() as AddressInfo).port
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {}).once('close', () => this.#sockets.delete(socket))
  }

  #speakHttp(one: Case, { reply }: Server, socket: Socket, { origins }: CaseSite): void {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const seen = parseRequest(text)
      if (seen === null || reply === undefined) return
      text = ''
      this.#requests.get(one)?.push({ tool: seen.headers['user-agent'] ?? '', text: describe(seen) })
      const { head, body = '', after, delayMs = 0 } = reply(seen, origins)
      setTimeout(() => {
        const whole = Buffer.from(seen.method === 'HEAD' ? head : head + body, 'latin1')
        if (after === undefined) socket.end(whole)
        else if (after === 'silence') socket.write(whole)
        else socket.write(whole, () => socket.resetAndDestroy())
      }, delayMs)
    })
    socket.on('end', () => socket.end())
  }
}

/** A request that has arrived as a whole, or null. */
function parseRequest(text: string): Seen | null {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return null
  const [first = '', ...lines] = text.slice(0, end).split('\r\n')
  const [method = '', path = ''] = first.split(' ')
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  ) as Record<string, string>
  const length = Number(headers['content-length'] ?? 0)
  const body = text.slice(end + 4)
  if (headers['transfer-encoding'] !== undefined && !body.endsWith('0\r\n\r\n')) return null
  return body.length < length ? null : { method, path, headers, body }
}

/** What the tools are compared on. */
function describe({ method, path, headers, body }: Seen): string {
  const { authorization, 'x-own': own, 'content-type': type } = headers
  const parts = [method, path]
  if (authorization !== undefined) parts.push(`as ${authorization}`)
  if (own !== undefined) parts.push(`with X-Own`)
  if (body !== '') parts.push(`sends ${body} as ${type ?? 'nothing'}`)
  return parts.join(' ')
}
