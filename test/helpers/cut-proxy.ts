import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { ExecutionContext } from 'ava'

/** What does not pass: nothing; what is sent to the server; what it answers. */
export type CutKind = 'both' | 'requests' | 'answers'

/** A way to a TCP server on loopback that can be cut: then nothing passes, and nobody is told, as when a cable is pulled. */
export class CutProxy {
  readonly port: number
  readonly #sockets: Set<Socket>
  readonly #state: { cut: CutKind | null }

  private constructor(port: number, sockets: Set<Socket>, state: { cut: CutKind | null }) {
    this.port = port
    this.#sockets = sockets
    this.#state = state
  }

  /** Starts one that ends with the test. */
  static async start(t: Pick<ExecutionContext, 'teardown'>, to: number): Promise<CutProxy> {
    const sockets = new Set<Socket>()
    const state: { cut: CutKind | null } = { cut: null }
    const server = createServer((client) => {
      const target = connect(to, '127.0.0.1')
      for (const [one, other, kind] of [
        [client, target, 'requests'],
        [target, client, 'answers'],
      ] as const) {
        const isCut = () => state.cut === 'both' || state.cut === kind
        sockets.add(one)
        // What comes while the way is cut is lost, so the connection is of no use afterwards.
        one.on('data', (bytes) => isCut() || other.write(bytes))
        one.on('error', () => {})
        one.on('close', () => {
          sockets.delete(one)
          if (state.cut === null) other.destroy()
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

  cut(kind: CutKind = 'both'): void {
    this.#state.cut = kind
  }

  /** Lets new connections pass. */
  restore(): void {
    this.#state.cut = null
    for (const socket of this.#sockets) socket.destroy()
  }
}
