import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { hostPort } from '../../src/poll/attempt/host-port.ts'
import { freePort } from './free-port.ts'
import { listenAgain } from './listen-again.ts'
import { waitUntil } from './wait-until.ts'

/** How long an answer counts as a sign that the uplink works, in ms: see UplinkMonitor. */
const FRESH_MS = 1_000

/** So many addresses, all of loopback. */
export function loopback(count: number): string[] {
  return Array.from({ length: count }, () => '127.0.0.1')
}

/** HTTP servers that stop and start all at once, each on its own port. */
export interface SwitchedOrigins {
  readonly urls: readonly string[]
  /** They have stopped when this returns; connections are cut. */
  stop(): void
  /**
   * Stops them when no answer counts any more: they answer no further request, and stop a second (`FRESH_MS` of UplinkMonitor) after
   * `read` has read all that they had answered.
   */
  fallSilentAndStop(read: { readonly json: readonly Record<string, unknown>[] }): Promise<void>
  /** On the same ports. */
  start(): Promise<void>
}

/** Starts one on each of `hosts`; they end with the test. */
export async function startSwitched(t: ExecutionContext, hosts: readonly string[]): Promise<SwitchedOrigins> {
  const answered = new Set<number>()
  let answers = 0
  const unanswered = new Set<number>()
  let silent = false
  const servers = hosts.map((_, at) =>
    createServer((_request, response) => {
      if (silent) return void unanswered.add(at)
      answered.add(at)
      answers++
      response.writeHead(204).end()
    }),
  )
  const listen = async (ports: readonly number[]) => {
    silent = false
    unanswered.clear()
    const all = servers.map((server, at) =>
      listenAgain(() => once(server.listen(ports[at], hosts[at]), 'listening')),
    )
    await Promise.all(all)
  }
  // Not ports that the system gives to others while nobody listens on them.
  const ports = await Promise.all(hosts.map(() => freePort()))
  const stop = () => {
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
  }
  t.teardown(stop)
  await listen(ports)
  const fallSilentAndStop: SwitchedOrigins['fallSilentAndStop'] = async (program) => {
    silent = true
    await waitUntil(() => [...answered].every((at) => unanswered.has(at)))
    await waitUntil(() => program.json.filter(({ verdict }) => verdict === 'up').length >= answers)
    await sleep(FRESH_MS + 1)
    stop()
  }
  const urls = ports.map((port, at) => `http://${hostPort(hosts[at] as string, port)}/`)
  return { urls, stop, fallSilentAndStop, start: () => listen(ports) }
}
