import { once } from 'node:events'
import { createServer } from 'node:http2'
import type { ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import type { ExecutionContext } from 'ava'
import { HealthImplementation } from 'grpc-health-check'
import type { Pair } from './certificates.ts'

type Health = ConstructorParameters<typeof HealthImplementation>[0]

/** A server by grpc-js with its health service, which ends with the test; returns its port. Null: without a health service. */
export async function startGrpc(
  t: Pick<ExecutionContext, 'teardown'>,
  health: Health | null,
  pair: Pair | null = null,
): Promise<number> {
  const server = new Server()
  if (health !== null) new HealthImplementation(health).addToServer(server)
  const credentials =
    pair === null
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(null, [
          { private_key: Buffer.from(pair.key), cert_chain: Buffer.from(pair.cert) },
        ])
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  server.bindAsync('127.0.0.1:0', credentials, (error, port) =>
    error === null ? resolve(port) : reject(error),
  )
  t.teardown(() => server.forceShutdown())
  return promise
}

/** A server of HTTP/2 that does with each request what `serve` says; returns its port. */
export async function startHttp2(
  t: Pick<ExecutionContext, 'teardown'>,
  serve: (stream: ServerHttp2Stream, request: { readonly headers: object; readonly body: Buffer }) => void,
): Promise<number> {
  const server = createServer()
  server.on('session', (session) => {
    t.teardown(() => session.destroy())
    session.on('error', () => {})
  })
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {})
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.once('end', () => serve(stream as ServerHttp2Stream, { headers, body: Buffer.concat(chunks) }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}
