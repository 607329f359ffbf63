// `misuse.ts KIND PORT`: clients that misuse the HTTP server of headcount in one way, in a process of their own, until their parent
// ends them.
import { request } from 'node:http'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** The ways to misuse it, in the words of the table. */
export const MISUSES = {
  none: 'nobody asks',
  scrape: 'a scrape every 5 s',
  idle: '2,000 idle connections',
  'slow-send': '500 requests of one byte a second',
  'slow-read': '100 readers of one byte a second',
  bodies: '20 bodies of 1 GB are posted',
  garbage: 'garbage in pipelines on 200 connections',
  probes: '10,000 probes at once, repeatedly',
  events: '500 listeners to events that read nothing',
} as const

/** One of them. */
export type Misuse = keyof typeof MISUSES

const HEAD = 'HTTP/1.1\r\nHost: localhost\r\n'

/** A connection that is replaced when the server closes it, after a pause: a client that does not give up. */
function keepOpen(port: number, use: (socket: Socket) => void): void {
  const socket = connect(port, '127.0.0.1', () => use(socket))
  socket.on('error', () => {}) // It is closed next.
  socket.on('close', () => void setTimeout(() => keepOpen(port, use), 500))
}

function repeat(count: number, port: number, use: (socket: Socket) => void): void {
  for (let n = 0; n < count; n++) keepOpen(port, use)
}

/** A reader that takes one byte a second out of its socket's buffer. */
function readSlowly(socket: Socket): void {
  socket.pause()
  const timer = setInterval(() => void socket.read(1), 1_000)
  socket.once('close', () => clearInterval(timer))
}

function get(port: number, path: string): Promise<void> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume().once('close', resolve)
    })
    asked.once('error', () => resolve()) // A refusal is an answer here.
    asked.end()
  })
}

const DO: Readonly<Record<Misuse, (port: number) => void | Promise<void>>> = {
  none() {},
  async scrape(port) {
    for (;;) {
      await get(port, '/metrics')
      await sleep(5_000)
    }
  },
  idle: (port) => repeat(2_000, port, () => {}),
  'slow-send': (port) =>
    repeat(500, port, (socket) => {
      socket.write(`GET /metrics ${HEAD}X-Slow: `)
      const timer = setInterval(() => socket.write('x'), 1_000)
      socket.once('close', () => clearInterval(timer))
    }),
  'slow-read': (port) =>
    repeat(100, port, (socket) => {
      readSlowly(socket)
      socket.write(`GET /metrics ${HEAD}\r\n`.repeat(8))
    }),
  bodies: (port) =>
    repeat(20, port, (socket) => {
      const part = Buffer.alloc(1 << 20, 'x')
      const send = () => {
        while (!socket.destroyed && socket.write(part));
      }
      socket.on('drain', send).write(`POST /-/reload ${HEAD}Content-Length: 1073741824\r\n\r\n`)
      send()
    }),
  garbage: (port) => {
    const lines = `GET /%00/../%2e%2e ${HEAD}\r\n`.repeat(50)
    repeat(200, port, (socket) => void socket.resume().write(`${lines}\0\u00ff\u0016\u0003\u0001\r\n\r\n`))
  },
  async probes(port) {
    const target = encodeURIComponent(`http://127.0.0.1:${process.argv[4]}/probe`)
    for (;;) {
      await Promise.all(Array.from({ length: 10_000 }, () => get(port, `/probe?target=${target}`)))
    }
  },
  events: (port) =>
    repeat(500, port, (socket) => void socket.pause().write(`GET /api/v1/events ${HEAD}\r\n`)),
}

const kind = process.argv[2] ?? ''
if (kind in MISUSES && process.send !== undefined) {
  process.on('disconnect', () => process.exit())
  void DO[kind as Misuse](Number(process.argv[3]))
  process.send('misusing')
}
