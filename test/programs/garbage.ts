import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { getHeapStatistics } from 'node:v8'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { Poller } from '../../src/poll/poller.ts'
import { pollerNumber } from '../../src/resource/poller-number.ts'
import { pollOptions, resource } from '../helpers/test-poller.ts'

// Prints how many bytes a poll allocates in JavaScript's heap, in a Poller that is warm, as a GarbageReport. The servers are in a thread,
// whose heap is not counted.

/** Bytes a poll. */
export interface GarbageReport {
  /** On a kept connection. */
  readonly keep: number
  /** On a new one. */
  readonly fresh: number
}

const URLS = 64
/** Until all is compiled; then they are counted. */
const WARM_POLLS = 30_000
/** The least of several counts: on a busy machine some polls need a new connection. */
const POLLS = 4_000
const COUNTS = 8

const answer = (connection: string) =>
  Buffer.from(
    `HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Tue, 24 Nov 2026 10:00:00 GMT\r\nContent-Length: 0\r\nConnection: ${connection}\r\n\r\n`,
  )

async function serve(): Promise<void> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {})
    socket.on('data', (request) => {
      if (request.includes('keep-alive')) socket.write(answer('keep-alive'))
      else socket.end(answer('close'))
    })
  }).listen(0, '0.0.0.0')
  await once(server, 'listening')
  parentPort?.postMessage((server.address() as AddressInfo).port)
}

/** Polls all URLs again and again. */
async function bytesOf(keepAlive: boolean, port: number): Promise<number> {
  let left = 0
  let inFlight = 0
  let done = () => {}
  const poller = new Poller(pollerNumber(0), pollOptions({ keepAlive, keptConnections: 1_000 }), {
    state: () => {},
    complete: (polled) => {
      if (left-- > 0) poller.accept([polled])
      else if (--inFlight === 0) done()
    },
    started: () => {},
    renew: () => {},
    uplink: () => {},
    notice: () => {},
  })
  // Each of another origin.
  const urls = Array.from({ length: URLS }, (_, n) => resource(`http://127.0.1.${n + 1}:${port}/${n}`))
  const poll = async (polls: number) => {
    left = polls
    inFlight = URLS
    poller.accept(urls)
    await new Promise<void>((resolve) => (done = resolve))
  }
  await poll(WARM_POLLS)
  let least = Infinity
  for (let count = 0; count < COUNTS; count++) {
    const before = getHeapStatistics().total_allocated_bytes
    await poll(POLLS)
    least = Math.min(least, getHeapStatistics().total_allocated_bytes - before)
  }
  await poller.stop()
  poller.close()
  return Math.round(least / (POLLS + URLS))
}

if (isMainThread) {
  const server = new Worker(new URL(import.meta.url))
  const [port] = (await once(server, 'message')) as [number]
  const report: GarbageReport = { keep: await bytesOf(true, port), fresh: await bytesOf(false, port) }
  process.stdout.write(JSON.stringify(report))
  await server.terminate()
} else await serve()
