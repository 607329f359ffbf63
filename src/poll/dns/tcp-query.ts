import { randomInt } from 'node:crypto'
import net from 'node:net'
import type { ServerAddress } from './server-address.ts'

/** Why no answer came on a connection that was made: a clause for a person. */
export class TcpQueryError extends Error {}

/**
 * Asks one query under an id of its own, on a connection of its own (RFC 7766), and returns what ends it. `done` is called
 * once, with a message or an error.
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
    // Without setEncoding it is never text.
    parts.push(chunk as Buffer)
    size += chunk.length
    // 64 KiB at most, by the two bytes that tell its length.
    if (end === Infinity && size >= 2) end = 2 + Buffer.concat(parts.slice(0, 2)).readUInt16BE(0)
    if (size < end) return
    const message = Buffer.concat(parts, size).subarray(2, end)
    if (message.length >= 2 && message.readUInt16BE(0) === id) settle(message)
    else settle(new TcpQueryError('the name server answered another question'))
  })
  socket.on('error', settle)
  socket.on('close', () => settle(new TcpQueryError('the name server closed the connection')))
  socket.write(framed)
  return () => {
    settled = true
    socket.destroy()
  }
}
