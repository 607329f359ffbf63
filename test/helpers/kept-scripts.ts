import type { Socket } from 'node:net'
import type { Script } from './hostile-server.ts'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
const PAGE = 'HTTP/1.1 200 OK\r\nContent-Length: 45\r\n\r\n'
const STALE = 'HTTP/1.1 500 Stale\r\nContent-Length: 0\r\n\r\n'
const TIMED_OUT = 'HTTP/1.1 408 Request Time-out\r\nConnection: close\r\n\r\n'

/** How long after an answer something comes on the idle connection, in ms. */
const IDLE_MS = 10

/** Answers, and while the connection is idle does something else. */
const okThen =
  (then: (socket: Socket) => void, first = OK): Script =>
  (socket) => {
    socket.write(first)
    setTimeout(() => then(socket), IDLE_MS)
  }

const send = (text: string) => (socket: Socket) => void socket.write(text, 'latin1')

/** Answers the first request of a connection, and does something else to the others. */
const okFirst =
  (other: (socket: Socket) => void): Script =>
  (socket) => {
    if (socket.bytesWritten === 0) socket.write(OK)
    else other(socket)
  }

/** What a server can do to a connection that is kept, by name. */
export const KEPT_SCRIPTS: Readonly<Record<string, Script>> = {
  'timed-out-when-idle': okThen((socket) => void socket.end(TIMED_OUT)),
  'timed-out-and-open': okThen(send(TIMED_OUT)),
  'late-body': okThen(send(STALE), PAGE),
  'late-answer': okThen(send(STALE)),
  'late-line-break': okThen(send('\r\n')),
  'ends-when-idle': okThen((socket) => void socket.end()),
  'resets-when-idle': okThen((socket) => void socket.resetAndDestroy()),
  'sends-without-end-when-idle': okThen((socket) => {
    const more = () => void (socket.writable && socket.write('x'.repeat(65_536), more))
    more()
  }),
  'ends-when-reused': okFirst((socket) => void socket.end()),
  'resets-when-reused': okFirst((socket) => void socket.resetAndDestroy()),
  'silent-when-reused': okFirst(() => {}),
  'half-an-answer-when-reused': okFirst(send('HTTP/1.1 200 O')),
  'timed-out-when-reused': okFirst(send(TIMED_OUT)),
  'two-answers-when-reused': okFirst(send(STALE + OK)),
  'last-chunk-when-reused': okFirst(send(`0\r\n\r\n${OK}`)),
  'switches-when-reused': okFirst(send('HTTP/1.1 101 Switching Protocols\r\n\r\n')),
  'noise-when-reused': okFirst(send('\0\xff\x07'.repeat(1_000))),
  'hint-of-no-time': send('HTTP/1.1 204 No Content\r\nKeep-Alive: timeout=0\r\n\r\n'),
  'hint-of-all-time': send('HTTP/1.1 204 No Content\r\nKeep-Alive: timeout=99999999999999999999\r\n\r\n'),
}

/** What a server can do with a body that is read, by name: each also on a kept connection. */
export const BODY_SCRIPTS: Readonly<Record<string, Script>> = {
  'body-too-long': send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'),
  'body-too-short': send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'),
  'body-cut': (socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx'),
  'body-of-no-length': send('HTTP/1.1 200 OK\r\n\r\nx'),
  'chunk-too-long': send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nxxxx\r\n0\r\n\r\n'),
  'chunk-of-no-size': send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n'),
  'chunk-of-endless-size': send(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'f'.repeat(9_000)}`),
  'chunks-without-end': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
    const more = () => void (socket.writable && socket.write(`1000\r\n${'x'.repeat(4_096)}\r\n`, more))
    more()
  },
  'no-gzip': send('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nxxx'),
  'not-found-at-length': send(
    `HTTP/1.1 404 Not Found\r\nContent-Length: 2000000\r\n\r\n${'x'.repeat(2_000_000)}`,
  ),
}
