import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'

/** What becomes of a TLS record that a server sends, the first one being 0: what is sent in its place, in pieces; null: nothing more comes. */
type Change = (record: Buffer, at: number) => readonly Buffer[] | null

const HEAD = 5

/** A record of another kind. */
const record = (type: number, content: Uint8Array, length = content.length) =>
  Buffer.concat([Buffer.of(type, 3, 3, length >> 8, length & 255), content])

/** Does it to one record, and leaves the others as they are. */
const only =
  (which: number, change: (record: Buffer) => readonly Buffer[] | null): Change =>
  (whole, at) =>
    at === which ? change(whole) : [whole]

const spoilt = (whole: Buffer) => {
  const bytes = Buffer.from(whole)
  bytes[bytes.length - 1] = ~(bytes.at(-1) as number)
  return [bytes]
}

const half = (whole: Buffer) => whole.subarray(0, whole.length >> 1)

/** What can befall the records of a TLS server, by name. */
export const RECORD_CHANGES: Readonly<Record<string, Change>> = {
  'first-cut': only(0, (whole) => [half(whole)]),
  'first-cut-and-silent': (whole, at) => (at === 0 ? [half(whole)] : []),
  'first-cut-off': (whole, at) => (at === 0 ? [half(whole)] : null),
  'first-twice': only(0, (whole) => [whole, whole]),
  'second-twice': only(1, (whole) => [whole, whole]),
  'third-twice': only(2, (whole) => [whole, whole]),
  'each-twice': (whole) => [whole, whole],
  'third-left-out': only(2, () => []),
  'first-spoilt': only(0, spoilt),
  'third-spoilt': only(2, spoilt),
  'byte-by-byte': (whole) => Array.from(whole, (byte) => Buffer.of(byte)),
  'too-long': only(1, () => [record(0x17, Buffer.alloc(16_385 + 256))]),
  'of-no-kind': only(1, () => [record(0x63, Buffer.alloc(100))]),
  'many-empty': only(1, (whole) => [
    ...Array.from({ length: 2_000 }, () => record(0x17, Buffer.alloc(0))),
    whole,
  ]),
  'many-warnings': only(1, (whole) => [
    ...Array.from({ length: 2_000 }, () => record(0x15, Buffer.of(1, 90))),
    whole,
  ]),
  'fatal-alert': only(0, () => [record(0x15, Buffer.of(2, 80))]),
  'many-hellos': only(0, (whole) => Array.from({ length: 50 }, () => whole)),
}

/** A server in front of the TLS server on a port of loopback, whose records it changes. */
export function recordRelay(port: number, change: Change): Server {
  return createServer({ noDelay: true }, (socket) => relay(socket, connect(port, '127.0.0.1'), change))
}

function relay(socket: Socket, server: Socket, change: Change): void {
  socket.on('error', () => {}).once('close', () => server.destroy())
  server.on('error', () => {}).once('close', () => socket.end())
  socket.pipe(server)
  let bytes = Buffer.alloc(0)
  let at = 0
  server.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk as Buffer])
    while (bytes.length >= HEAD && bytes.length >= HEAD + bytes.readUInt16BE(3)) {
      const length = HEAD + bytes.readUInt16BE(3)
      const pieces = change(bytes.subarray(0, length), at++)
      bytes = bytes.subarray(length)
      for (const piece of pieces ?? []) if (socket.writable) socket.write(piece)
      if (pieces === null) socket.end()
    }
  })
}
