import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { FaultKind } from '../helpers/fault-kinds.ts'
import type { ThreadRole } from '../helpers/thread-role.ts'

/** The threads of the program under test, and when they have called: see thread.ts. */
export class ThreadControl {
  readonly #threads: Readonly<Record<ThreadRole, Map<Socket, number>>> = {
    poller: new Map(),
    monitor: new Map(),
    web: new Map(),
    recorder: new Map(),
    alerter: new Map(),
    cluster: new Map(),
  }
  readonly #server = createServer((socket) => {
    socket.once('data', (role: Buffer) => {
      const called = this.#threads[role.toString() as ThreadRole]
      called.set(socket, performance.now())
      socket.once('close', () => called.delete(socket))
    })
    socket.on('error', () => socket.destroy()) // Its thread has ended.
  })

  /** Resolves with the port on which threads call. */
  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  /** Has the `n`-th thread of a role that is older than `ageMs`, modulo their number, meet its end. False when there is none. */
  fail(role: ThreadRole, n: number, kind: FaultKind, ageMs = 0): boolean {
    const before = performance.now() - ageMs
    const threads = [...this.#threads[role]].filter(([, calledAt]) => calledAt <= before)
    const socket = threads[n % threads.length]?.[0]
    if (socket === undefined) return false
    this.#threads[role].delete(socket)
    socket.write(kind)
    return true
  }

  close(): void {
    this.#server.close()
    for (const socket of Object.values(this.#threads).flatMap((threads) => [...threads.keys()]))
      socket.destroy()
  }
}
