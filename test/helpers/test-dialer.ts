import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import net from 'node:net'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { monotonicMs } from '../../src/runtime/clock.ts'
import { Dialer } from '../../src/poll/dial/dialer.ts'
import type { DialOptions, TcpConnection } from '../../src/poll/dial/dialer.ts'
import { isFailure } from '../../src/poll/attempt/failure.ts'
import { Attempt } from '../../src/poll/attempt/attempt.ts'
import type { Failure } from '../../src/poll/attempt/failure.ts'
import { directoryOf } from './directory.ts'
import { freePort } from './free-port.ts'

/** The system's files about names, in a folder of their own that goes with the test. */
export async function nameFiles(
  t: ExecutionContext,
  { hosts = '', resolvConf = 'search .' }: { hosts?: string; resolvConf?: string } = {},
): Promise<{ hosts: string; resolvConf: string }> {
  const folder = directoryOf(t)
  const files = { hosts: join(folder, 'hosts'), resolvConf: join(folder, 'resolv.conf') }
  await writeFile(files.hosts, hosts)
  await writeFile(files.resolvConf, resolvConf)
  return files
}

/** A Dialer that knows nothing of this machine's names, closed at the end of the test. */
export async function testDialer(
  t: ExecutionContext,
  options: Partial<Pick<DialOptions, 'family' | 'resolvers' | 'denyPrivate'>> = {},
  now = monotonicMs,
  files: { hosts?: string; resolvConf?: string } = {},
): Promise<Dialer> {
  const defaults = { family: 0, resolvers: [], denyPrivate: false } as const
  const dialer = new Dialer({ ...defaults, ...options }, now, await nameFiles(t, files))
  t.teardown(() => dialer.close())
  return dialer
}

/** An Attempt whose deadline is kept by a timer. */
export function testAttempt(t: ExecutionContext, timeoutMs = 30_000): Attempt {
  const attempt = new Attempt(monotonicMs() + timeoutMs, monotonicMs)
  const timer = setTimeout(() => attempt.expire(), timeoutMs)
  t.teardown(() => clearTimeout(timer))
  return attempt
}

/** The address that was reached, the socket destroyed; or the reason and detail of the Failure. */
export async function outcome(dial: Promise<TcpConnection | Failure>): Promise<string> {
  const result = await dial
  if (isFailure(result)) return `${result.reason}: ${result.detail}`
  result.socket.destroy()
  return result.address
}

/** A TCP server on `hosts`, all on one port, that greets and ends. `wanted`: the port; null: any. */
export async function startGreeter(
  t: ExecutionContext,
  hosts: readonly string[],
  wanted: number | null = null,
): Promise<number> {
  const port = wanted ?? (await freePort())
  for (const host of hosts) {
    const server = net.createServer((socket) => socket.on('error', () => {}).end('hello'))
    server.listen({ port, host, ipv6Only: true })
    await once(server, 'listening')
    t.teardown(() => server.close())
  }
  return port
}
