import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { directoryOf } from './directory.ts'
import { freePort } from './free-port.ts'

/** A proxy of a test that does what `handle` says, and the first bytes of each connection. */
export async function startProxy(
  t: ExecutionContext,
  handle: (socket: Socket, text: string) => void,
  server: Server = createServer(),
): Promise<{ readonly port: number; readonly asked: string[] }> {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const event = server.listenerCount('secureConnection') > 0 ? 'secureConnection' : 'connection'
  server.on(event, (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      if (socket.listenerCount('data') > 1) return
      asked.push(chunk.toString('latin1'))
      handle(socket, chunk.toString('latin1'))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, asked }
}

/** Connects a client of a proxy with a port of this machine, and tells the client first. */
export function tunnel(client: Socket, port: number, answer: string): void {
  const target = connect(port, '127.0.0.1')
  target.on('error', () => client.destroy())
  client.on('close', () => target.destroy())
  target.once('connect', () => {
    client.write(answer, 'latin1')
    client.pipe(target).pipe(client)
  })
}

/** The real tinyproxy. `lines`: of its configuration. */
export async function startTinyproxy(t: ExecutionContext, lines: readonly string[] = []): Promise<number> {
  const port = await freePort()
  const file = join(directoryOf(t), 'tinyproxy.conf')
  writeFileSync(file, [`Port ${port}`, 'Listen 127.0.0.1', 'Timeout 60', ...lines, ''].join('\n'))
  await startProgram(t, 'tinyproxy', ['-d', '-c', file], port)
  return port
}

/** The real microsocks. */
export async function startMicrosocks(t: ExecutionContext, flags: readonly string[] = []): Promise<number> {
  const port = await freePort()
  await startProgram(t, 'microsocks', ['-i', '127.0.0.1', '-p', String(port), ...flags], port)
  return port
}

/** Where squid is: not in the path of users on Debian. */
export const SQUID = '/usr/sbin/squid'

/** The real squid, without its cache. `login`: as `name password`, which it then asks for. `lines`: rules that come first. */
export async function startSquid(
  t: ExecutionContext,
  login: string | null,
  lines: readonly string[] = [],
): Promise<number> {
  const port = await freePort()
  const directory = directoryOf(t)
  // Started by root, it goes over to another user.
  chmodSync(directory, 0o755)
  const [file, helper] = [join(directory, 'squid.conf'), join(directory, 'login.sh')]
  writeFileSync(helper, `while read -r line; do [ "$line" = '${login}' ] && echo OK || echo ERR; done\n`)
  const auth = [
    `auth_param basic program /bin/sh ${helper}`,
    'acl known proxy_auth REQUIRED',
    'http_access deny !known',
  ]
  const conf = [
    `http_port 127.0.0.1:${port}`,
    `pid_filename ${join(directory, 'squid.pid')}`,
    `coredump_dir ${directory}`,
    'cache deny all',
    'cache_log /dev/null',
    'access_log none',
    'pinger_enable off',
    'shutdown_lifetime 0 seconds',
    ...lines,
    ...(login === null ? [] : auth),
    'http_access allow all',
  ]
  writeFileSync(file, `${conf.join('\n')}\n`)
  // Its memory that processes share has the name of the service.
  await startProgram(t, SQUID, ['-N', '-n', `t${port}`, '-f', file], port)
  return port
}

async function startProgram(t: ExecutionContext, name: string, args: readonly string[], port: number) {
  const child = spawn(name, args, { stdio: 'ignore' })
  t.teardown(() => child.kill())
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`)
    await sleep(20)
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false // not yet
  } finally {
    socket.destroy()
  }
}
