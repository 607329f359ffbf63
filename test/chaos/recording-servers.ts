// `recording-servers.ts ORIGINS NODES`: servers in a process of their own that record every request: when it came, for which URL, from
// which machine, by its User-Agent, and when its connection was opened. They send their ports, then answer messages.
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { serialize } from 'node:v8'
import { ensureCapacity } from '../../src/resource/ensure-capacity.ts'

/** The messages to the servers. */
export type RecordingRequest =
  /** Asks how many requests came. */
  | { readonly type: 'count' }
  /** Asks when the last request for each URL came, in ms since the epoch, by its number; 0 for none. */
  | { readonly type: 'last' }
  /** Asks for all that was recorded, in a file. */
  | { readonly type: 'write'; readonly file: string }

/** What was recorded, one element in each array for each request, in order. */
export interface RequestRecords {
  /** In ms since the epoch. */
  readonly at: Float64Array
  /** When the connection was accepted, in ms since the epoch. */
  readonly openedAt: Float64Array
  /** The number that is the path of the URL. */
  readonly url: Uint32Array
  /** Index in NODES. */
  readonly node: Uint8Array
}

/** A request that no machine has made. */
const UNKNOWN = 255

const [origins = '', nodes = ''] = process.argv.slice(2)
const nodeNames = nodes.split(',')
let [at, openedAt, url, node] = [
  new Float64Array(1_024),
  new Float64Array(1_024),
  new Uint32Array(1_024),
  new Uint8Array(1_024),
]
let lastAt = new Float64Array(1_024)
let count = 0

function record(head: string, opened: number): void {
  const n = Number(/^[A-Z]+ \/(\d+) /.exec(head)?.[1])
  const agent = /\r\nuser-agent: *([^\r]*)\r/i.exec(head)?.[1] ?? ''
  const from = nodeNames.indexOf(agent)
  at = ensureCapacity(at, count + 1)
  openedAt = ensureCapacity(openedAt, count + 1)
  url = ensureCapacity(url, count + 1)
  node = ensureCapacity(node, count + 1)
  lastAt = ensureCapacity(lastAt, n + 1)
  at[count] = Date.now()
  lastAt[n] = at[count] as number
  openedAt[count] = opened
  url[count] = n
  node[count] = from < 0 ? UNKNOWN : from
  count++
}

function origin(): Promise<number> {
  const server = createServer((socket) => {
    const opened = Date.now()
    let head = ''
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      head += text
      if (!head.endsWith('\r\n\r\n')) return
      record(head, opened)
      const isKept = /\r\nconnection: *keep-alive\r/i.test(head)
      head = ''
      if (isKept) socket.write('HTTP/1.1 204 No Content\r\n\r\n')
      else socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n')
    })
    socket.on('error', () => socket.destroy()) // The machine was killed.
  })
  return new Promise((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () =>
      resolve((server.address() as AddressInfo).port),
    )
  })
}

process.on('message', (message: RecordingRequest) => {
  if (message.type === 'last') {
    process.send?.([...lastAt])
    return
  }
  if (message.type === 'write') {
    const records: RequestRecords = {
      at: at.slice(0, count),
      openedAt: openedAt.slice(0, count),
      url: url.slice(0, count),
      node: node.slice(0, count),
    }
    writeFileSync(message.file, serialize(records))
  }
  process.send?.(count)
})
process.on('disconnect', () => process.exit())
process.send?.(await Promise.all(Array.from({ length: Number(origins) }, () => origin())))
