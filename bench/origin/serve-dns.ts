import { createSocket } from 'node:dgram'
import { originAddress } from '../lib/lists.ts'
import { serveCount } from './serve-count.ts'

// A DNS server for the names of `originName`: it has an A record for each and nothing else. Argument: the TTL, in s.
// Wire format: RFC 1035, section 4.1.

const ttl = Number(process.argv[2])
const HEADER = 12
const TYPE_A = 1
const socket = createSocket('udp4')
let questions = 0

socket.on('message', (query, from) => {
  questions++
  const first = query.toString('latin1', HEADER + 1, HEADER + 1 + (query[HEADER] ?? 0))
  const end = query.indexOf(0, HEADER) + 5
  const reply = Buffer.alloc(end + 16)
  query.copy(reply, 0, 0, end)
  reply.writeUInt16BE(0x8180, 2) // A response, recursion desired and available, no error.
  reply.writeUInt32BE(0, 8) // No authority, nothing additional.
  if (query.readUInt16BE(end - 4) !== TYPE_A) {
    reply.writeUInt16BE(0, 6)
    return socket.send(reply.subarray(0, end), from.port, from.address)
  }
  reply.writeUInt16BE(1, 6)
  reply.writeUInt16BE(0xc0_0c, end) // The name: that of the question.
  reply.writeUInt16BE(TYPE_A, end + 2)
  reply.writeUInt16BE(1, end + 4)
  reply.writeUInt32BE(ttl, end + 6)
  reply.writeUInt16BE(4, end + 10)
  for (const [at, byte] of originAddress(Number(first.slice(1)))
    .split('.')
    .entries()) {
    reply[end + 12 + at] = Number(byte)
  }
  socket.send(reply, from.port, from.address)
})
socket.bind(0, '127.0.0.1', () => serveCount(socket.address().port, () => questions))
