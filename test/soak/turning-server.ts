import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

/** Addresses of loopback, each of which is a host of its own to the program. */
const HOSTS = Array.from({ length: 100 }, (_, n) => `127.0.0.${n + 1}`)

const ANSWERS = {
  up: Buffer.from('HTTP/1.1 204 No Content\r\n\r\n'),
  down: Buffer.from('HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n'),
} as const

/** Where it listens: the port is the same on all hosts. */
export interface TurningAddress {
  readonly hosts: readonly string[]
  readonly port: number
  /** A port of the first host that turns by itself. */
  readonly gateway: number
}

/** What turns. */
export interface TurnRequest {
  readonly what: 'hosts' | 'gateway'
  readonly to: keyof typeof ANSWERS
}

/** Answers all requests alike: that it is up, until its parent sends that something is down. It does not read them, so it is fast. */
export async function startTurningServer(): Promise<TurningAddress> {
  const answers: Record<TurnRequest['what'], Buffer> = { hosts: ANSWERS.up, gateway: ANSWERS.up }
  process.on('message', ({ what, to }: TurnRequest) => (answers[what] = ANSWERS[to]))
  const gateway = await listen(HOSTS[0] as string, 0, () => answers.gateway)
  let port = 0
  for (const host of HOSTS) port = await listen(host, port, () => answers.hosts)
  return { hosts: HOSTS, port, gateway }
}

async function listen(host: string, port: number, answer: () => Buffer): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => {
    // A request is one segment, and the next comes after its answer.
    socket.on('data', () => void socket.write(answer()))
    socket.on('error', () => socket.destroy())
  })
  await once(server.listen({ port, host, backlog: 4_096 }), 'listening')
  return (server.address() as AddressInfo).port
}
