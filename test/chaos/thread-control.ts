import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { FaultKind } from '../helpers/fault-kinds.ts'
import type { ThreadRole } from '../helpers/thread-role.ts'

/** The threads of the program under test, as they have called: see thread.ts. */
export class ThreadControl {
  readonly #threads: Readonly<Record<ThreadRole, Set<Socket>>> = {
    poller: new Set(),
    monitor: new Set(),
    web: new Set(),
    recorder: new Set(),
    alerter: new Set(),
    cluster: new Set(),
  }
  readonly #server = createServer((socket) => {
    socket.once('data', (role: Buffer) => {
      const set = this.#threads[role.toString() as ThreadRole]
      set.add(socket)
      socket.once('close', () => set.delete(socket))
    })
    socket.on('error', () => socket.destroy()) // Its thread has ended.
  })

  /** Resolves with the port on which threads call. */
  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  /** Has the `n`-th thread of a role, modulo their number, meet its end. False when there is none. */
  fail(role: ThreadRole, n: number, kind: FaultKind): boolean {
    const threads = this.#threads[role]
    const socket = [...threads][n % threads.size]
    if (socket === undefined) return false
    threads.delete(socket)
    socket.write(kind)
    return true
  }

  close(): void {
    this.#server.close()
    for (const socket of Object.values(this.#threads).flatMap((threads) => [...threads])) socket.destroy()
  }
}
