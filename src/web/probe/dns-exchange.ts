import { createSocket } from 'node:dgram'
import { randomInt } from 'node:crypto'
import type { Socket } from 'node:net'
import { isIPv6 } from 'node:net'
import { queryLabels } from '../../settings/query-name.ts'
import type { DnsProbeRules } from '../../settings/probe-module.ts'
import type { Attempt } from '../../poll/attempt/attempt.ts'
import { classify } from '../../poll/attempt/classify.ts'
import { failure } from '../../poll/attempt/failure.ts'
import type { Failure } from '../../poll/attempt/failure.ts'
import { connectFailure, dialFailure } from '../../poll/dial/dial-errors.ts'

/** The largest answer over UDP to a query without EDNS, in bytes (RFC 1035, section 4.2.1). What is longer is cut. */
const MAX_UDP = 512

const RECURSION = 0x0100

/** The query of a module, with a new id. */
export function queryOf({ queryName, queryType, queryClass, recursion }: DnsProbeRules): Buffer {
  const labels = queryLabels(queryName) ?? []
  const name = labels.flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'latin1')])
  const head = Buffer.alloc(12)
  head.writeUInt16BE(randomInt(65_536), 0)
  head.writeUInt16BE(recursion ? RECURSION : 0, 2)
  head.writeUInt16BE(1, 4)
  const tail = Buffer.alloc(5)
  tail.writeUInt16BE(queryType, 1)
  tail.writeUInt16BE(queryClass, 3)
  return Buffer.concat([head, ...name, tail])
}

/** Sends a query once over UDP, and waits for what has its id. Failures: refused, unreachable, timeout, local. */
export function askByUdp(
  attempt: Attempt,
  query: Buffer,
  {
    address,
    port,
    source,
  }: { readonly address: string; readonly port: number; readonly source: string | null },
): Promise<Buffer | Failure> {
  return attempt.step<Buffer>('wait', (done) => {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
    socket.on('error', (error) => {
      socket.close()
      // Errors of datagrams do not name the address.
      done(dialFailure([connectFailure(Object.assign(error, { address, port }), address, port)]))
    })
    socket.on('message', (message) => {
      if (message.length < 2 || message.readUInt16BE(0) !== query.readUInt16BE(0)) return
      socket.close()
      done(message.subarray(0, MAX_UDP))
    })
    socket.on('connect', () => socket.send(query))
    const connect = () => socket.connect(port, address)
    if (source === null) connect()
    else socket.bind({ address: source }, connect)
    return () => socket.close()
  })
}

/** Sends a query on a connection, and reads one answer. Failures: closed, reset, timeout, local; protocol for another id. */
export function askByTcp(attempt: Attempt, query: Buffer, socket: Socket): Promise<Buffer | Failure> {
  return attempt.step<Buffer>('wait', (done) => {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(query.length)
    let received: Buffer = Buffer.alloc(0)
    socket.on('error', (error) => done(classify(error)))
    socket.on('close', () => done(failure('closed', 'closed before the answer')))
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 2 || received.length < 2 + received.readUInt16BE()) return
      const message = received.subarray(2, 2 + received.readUInt16BE())
      const isAnswer = message.length >= 2 && message.readUInt16BE(0) === query.readUInt16BE(0)
      done(isAnswer ? message : failure('protocol', 'the answer has another id than the query'))
      socket.destroy()
    })
    socket.write(Buffer.concat([length, query]))
    socket.resume()
    return () => socket.destroy()
  })
}
