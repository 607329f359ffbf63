import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { ExecutionContext } from 'ava'

/** A way to a TCP server on loopback that can be cut: then nothing passes, and nobody is told, as when a cable is pulled. */
export class CutProxy {
  readonly port: number
  readonly #sockets: Set<Socket>
  readonly #state: { isCut: boolean }

  private constructor(port: number, sockets: Set<Socket>, state: { isCut: boolean }) {
    this.port = port
    this.#sockets = sockets
    this.#state = state
  }

  /** Starts one that ends with the test. */
  static async start(t: Pick<ExecutionContext, 'teardown'>, to: number): Promise<CutProxy> {
    const sockets = new Set<Socket>()
    const state = { isCut: false }
    const server = createServer((client) => {
      const target = connect(to, '127.0.0.1')
      for (const [one, other] of [
        [client, target],
        [target, client],
      ] as const) {
        sockets.add(one)
        // What comes while the way is cut is lost, so the connection is of no use afterwards.
        one.on('data', (bytes) => state.isCut || other.write(bytes))
        one.on('error', () => {})
        one.on('close', () => {
          sockets.delete(one)
          if (!state.isCut) other.destroy()
        })
      }
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.teardown(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    return new CutProxy((server.address() as AddressInfo).port, sockets, state)
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  cut(): void {
    this.#state.isCut = true
  }

  /** Lets new connections pass. */
  restore(): void {
    this.#state.isCut = false
    for (const socket of this.#sockets) socket.destroy()
  }
}
