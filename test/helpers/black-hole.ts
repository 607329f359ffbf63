import { spawn } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import type { ExecutionContext } from 'ava'
import { freePort } from './free-port.ts'

const LISTEN = `
const [port, ...hosts] = process.argv.slice(1)
const net = require('node:net')
const listen = (port, [host, ...others]) => {
  const server = net.createServer().listen({ port, host, backlog: 1, ipv6Only: true }, () => {
    if (others.length > 0) listen(server.address().port, others)
    else console.log(server.address().port)
  })
}
listen(Number(port), hosts)`

/** More than fit into a backlog of 1. */
const FILL = 4

/**
 * A port that lets nobody in on any of `hosts`: the process that listens on it is stopped and its backlogs are full, so
 * that a SYN gets no answer.
 */
export async function blackHole(t: ExecutionContext, hosts: readonly string[]): Promise<number> {
  // Not one that the system gives to sockets of others: a test may listen on it at another address too.
  const free = String(await freePort())
  const child = spawn(process.execPath, ['-e', LISTEN, free, ...hosts], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(line.toString())
  child.kill('SIGSTOP')
  for (const host of hosts) {
    const sockets = Array.from({ length: FILL }, () => net.connect(port, host))
    for (const socket of sockets) {
      socket.on('error', () => {})
      t.teardown(() => socket.destroy())
    }
    await Promise.race(sockets.map((socket) => once(socket, 'connect')))
  }
  return port
}
