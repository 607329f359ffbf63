import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { ExecutionContext } from 'ava'
import type { Authority } from './certificates.ts'

/** A request as it arrived. `client`: the common name of the client certificate; '' for none. */
export interface MutualRequest {
  readonly path: string
  readonly client: string
  readonly isResumed: boolean
}

/** A server that asks for client certificates and records whose came. */
export interface MutualTlsServer {
  readonly port: number
  readonly requests: MutualRequest[]
  /** Connections that made a handshake. */
  readonly connections: () => number
}

/** Starts a server on loopback that ends with the test. `/to?URL` redirects to URL. */
export async function startMutualTls(
  t: ExecutionContext,
  authority: Authority,
  maxVersion: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.3',
): Promise<MutualTlsServer> {
  const pair = await authority.issue([
    { type: 'ip', value: '127.0.0.1' },
    { type: 'dns', value: 'localhost' },
  ])
  const requests: MutualRequest[] = []
  let connections = 0
  const server = createServer(
    { ...pair, maxVersion, requestCert: true, rejectUnauthorized: false, ca: authority.pem },
    ({ url: path = '', socket }, response) => {
      const tls = socket as TLSSocket
      requests.push({ path, client: clientOf(tls), isResumed: tls.isSessionReused() })
      const to = /^\/to\?(.*)/.exec(path)?.[1]
      const headers = { 'content-length': 0, ...(to !== undefined && { location: to }) }
      response.writeHead(to === undefined ? 200 : 302, headers).end()
    },
  )
  server.on('secureConnection', (socket: TLSSocket) => {
    connections++
    socket.on('error', () => {})
    // Schemes without requests.
    if (socket.alpnProtocol !== 'http/1.1')
      requests.push({ path: '', client: clientOf(socket), isResumed: false })
  })
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return { port: (server.address() as AddressInfo).port, requests, connections: () => connections }
}

function clientOf(socket: TLSSocket): string {
  const { subject } = socket.getPeerCertificate() as { subject?: { CN?: string } }
  return subject?.CN ?? ''
}
