import { randomInt } from 'node:crypto'
import net from 'node:net'
import type { ServerAddress } from './server-address.ts'

/** Why a connection that was made brought no answer. The message is a clause for people. */
export class TcpQueryError extends Error {}

/**
 * Sends a query over TCP (RFC 7766), with a new id on a new connection. Calls `done` once, with the reply or an error, unless
 * the function that it returns is called before: that ends the query.
 */
export function askOverTcp(
  { host, port }: ServerAddress,
  query: Buffer,
  done: (result: Buffer | Error) => void,
): () => void {
  const framed = Buffer.concat([Buffer.alloc(2), query])
  const id = randomInt(65_536)
  framed.writeUInt16BE(query.length)
  framed.writeUInt16BE(id, 2)
  let settled = false
  const socket = net.connect({ host, port, autoSelectFamily: false })
  const settle = (result: Buffer | Error) => {
    socket.destroy()
    if (settled) return
    settled = true
    done(result)
  }
  const parts: Buffer[] = []
  let size = 0
  let end = Infinity
  socket.on('data', (chunk) => {
    // Without setEncoding a chunk is never a string.
    parts.push(chunk as Buffer)
    size += chunk.length
    // The two bytes of its length limit a message to 64 KiB.
    if (end === Infinity && size >= 2) end = 2 + Buffer.concat(parts.slice(0, 2)).readUInt16BE(0)
    if (size < end) return
    const message = Buffer.concat(parts, size).subarray(2, end)
    if (message.length >= 2 && message.readUInt16BE(0) === id) settle(message)
    else settle(new TcpQueryError('the name server answered another query'))
  })
  socket.on('error', settle)
  socket.on('close', () => settle(new TcpQueryError('the name server closed the connection')))
  socket.write(framed)
  return () => {
    settled = true
    socket.destroy()
  }
}
