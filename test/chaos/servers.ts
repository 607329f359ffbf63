// Origins in a process of their own, which keep the log that is believed: when each URL was asked for, and whether it was
// while an earlier poll of it was still open. `node servers.ts ORIGINS`; says the ports first, then answers what it is asked.
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the chaos asks. */
export type ServersRequest =
  /** Stop listening for a while, or listen again. */
  | { readonly type: 'flap'; readonly origin: number }
  | { readonly type: 'all up' }
  /** Which URLs have been asked for since the last time this was asked? */
  | { readonly type: 'report' }

/** What the servers say. */
export type ServersReply =
  | { readonly type: 'ports'; readonly ports: number[] }
  | { readonly type: 'report'; readonly asked: string[]; readonly twice: string[]; readonly polls: number }

/** A poll that was given up may be seen to close this much after the next one came, in ms. */
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
    // Some answers take longer than it takes to poll the URL anew.
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
