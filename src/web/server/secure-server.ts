import { createServer } from 'node:https'
import type { Server, ServerOptions } from 'node:https'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { WebTls } from '../../config/web/web-config.ts'
import { isClientAllowed } from './client-certificate.ts'
import type { Connections } from './connections.ts'
import { asksForCertificate, secureOptions } from './secure-options.ts'

/** A server of HTTP over TLS, whose certificate can change. */
export class SecureServer {
  readonly server: Server
  readonly #connections: Pick<Connections, 'add' | 'replace'>
  /** Connections before the end of their handshake, by address and port of the client. Bounded by `Connections`. */
  readonly #handshakes = new Map<string, Socket>()
  #tls: WebTls

  constructor(limits: ServerOptions, tls: WebTls, connections: Pick<Connections, 'add' | 'replace'>) {
    this.#tls = tls
    this.#connections = connections
    this.server = createServer({ ...limits, ...secureOptions(tls) })
    this.server.on('connection', (raw: Socket) => this.#accept(raw))
    this.server.on('secureConnection', (socket) => this.#secured(socket))
  }

  /** Applies to new connections. */
  setTls(tls: WebTls): void {
    if (tls === this.#tls) return
    this.#tls = tls
    this.server.setSecureContext(secureOptions(tls))
    // Node looks at it for each connection, but has no other way to change it.
    Object.assign(this.server, { requestCert: asksForCertificate(tls) })
  }

  #accept(raw: Socket): void {
    const peer = peerOf(raw)
    this.#handshakes.set(peer, raw)
    raw.once('close', () => {
      if (this.#handshakes.get(peer) === raw) this.#handshakes.delete(peer)
    })
    this.#connections.add(raw)
  }

  #secured(socket: TLSSocket): void {
    const raw = this.#handshakes.get(peerOf(socket))
    if (raw === undefined || !isClientAllowed(socket, this.#tls)) return void socket.destroy()
    this.#handshakes.delete(peerOf(socket))
    this.#connections.replace(raw, socket)
  }
}

function peerOf({ remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>): string {
  return `${remoteAddress ?? ''} ${remotePort ?? ''}`
}
