import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** What the threads of the program hold, as they have said: see heap.ts. */
export class HeapReports {
  readonly #latest = new Map<Socket, { readonly role: string; readonly bytes: number }>()
  readonly #server = createServer((socket) => {
    createInterface({ input: socket }).on('line', (line) => {
      const [role = '', bytes] = line.split(' ')
      this.#latest.set(socket, { role, bytes: Number(bytes) })
    })
    socket.once('close', () => this.#latest.delete(socket))
    socket.on('error', () => socket.destroy()) // Its thread has ended.
  })

  /** Resolves with the port on which threads call. */
  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  /** The heap and buffers of the threads of a role, in bytes: the mean of those that have said it; null: none has. */
  mean(role: string): number | null {
    const all = [...this.#latest.values()].filter((one) => one.role === role)
    return all.length === 0 ? null : all.reduce((sum, { bytes }) => sum + bytes, 0) / all.length
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#latest.keys()) socket.destroy()
  }
}
