// `servers.ts ORIGINS`: servers in a process of their own. They record which URLs were polled, and which while an earlier poll was in
// flight. They send their ports, then answer messages.
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The messages to the servers. */
export type ServersRequest =
  /** Stops a server if it listens, else starts it. */
  | { readonly type: 'flap'; readonly origin: number }
  /** Starts all servers. */
  | { readonly type: 'all up' }
  /** Asks for a report. */
  | { readonly type: 'report' }

/** The first message of the servers. */
export interface PortsReply {
  readonly type: 'ports'
  readonly ports: number[]
}

/** The answer to `report`. */
export interface ReportReply {
  readonly type: 'report'
  /** URLs that were polled since the last report. */
  readonly asked: string[]
  /** URLs that were polled again while a poll was in flight. */
  readonly twice: string[]
  /** Number of polls in all. */
  readonly polls: number
}

/** The messages of the servers. */
export type ServersReply = PortsReply | ReportReply

/** The connection of an abandoned poll may close this much after the next poll came, in ms. */
const CLOSE_DELAY_MS = 500

const asked = new Set<string>()
const open = new Map<string, number>()
const twice: string[] = []
let polls = 0

function origin(index: number): Server {
  return createServer((request, response) => {
    const url = `${index}${request.url}`
    polls++
    asked.add(url)
    const before = open.get(url) ?? 0
    open.set(url, before + 1)
    if (before > 0) {
      setTimeout(() => {
        if ((open.get(url) ?? 0) > 1) twice.push(url)
      }, CLOSE_DELAY_MS)
    }
    response.once('close', () => open.set(url, (open.get(url) as number) - 1))
    // Some responses take longer than the time to the next poll of the URL.
    const delay = polls % 50 === 0 ? 700 : polls % 7
    setTimeout(() => response.writeHead(204).end(), delay)
  })
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve) => {
    server.listen({ port, host: '127.0.0.1', backlog: 4096 }, () => {
      resolve((server.address() as AddressInfo).port)
    })
  })
}

const say = (said: ServersReply) => process.send?.(said)
const servers = Array.from({ length: Number(process.argv[2]) }, (_, index) => origin(index))
const ports = await Promise.all(servers.map((server) => listen(server, 0)))

function flap(index: number): void {
  const server = servers[index] as Server
  if (server.listening) server.close()
  else void listen(server, ports[index] as number)
}

process.on('message', (message: ServersRequest) => {
  switch (message.type) {
    case 'flap':
      flap(message.origin)
      break
    case 'all up':
      for (const [index, server] of servers.entries()) if (!server.listening) flap(index)
      break
    case 'report':
      say({ type: 'report', asked: [...asked], twice: twice.splice(0), polls })
      asked.clear()
      break
    default:
      message satisfies never
  }
})
process.on('disconnect', () => process.exit())
say({ type: 'ports', ports })
