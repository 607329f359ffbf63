import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { FaultKind } from '../helpers/fault-kinds.ts'

/** The threads of the program under test, as they have called: see thread.ts. */
export class ThreadControl {
  readonly pollers = new Set<Socket>()
  readonly monitors = new Set<Socket>()
  readonly #server = createServer((socket) => {
    socket.once('data', (role: Buffer) => {
      const set = role.toString() === 'monitor' ? this.monitors : this.pollers
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

  /** Has the `n`-th of some threads, modulo their number, meet its end. False when there is none. */
  fail(threads: Set<Socket>, n: number, kind: FaultKind): boolean {
    const socket = [...threads][n % threads.size]
    if (socket === undefined) return false
    threads.delete(socket)
    socket.write(kind)
    return true
  }

  close(): void {
    this.#server.close()
    for (const socket of [...this.pollers, ...this.monitors]) socket.destroy()
  }
}
