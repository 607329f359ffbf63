import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

/** A loopback port that refuses connections until it is closed. */
export interface RefusingPort {
  readonly port: number
  close(): Promise<void>
}

/**
 * Makes sure that a port refuses for as long as it is wanted. A port that was free a moment ago does not do: another
 * program may listen there next, or a connection to it may be given it as its own port and so meet itself. This one is
 * held as the near end of a connection to `listening`, another port of ours, which neither listens nor is given out.
 */
export async function openRefusingPort(listening: number): Promise<RefusingPort> {
  const finder = createServer().listen(0, '127.0.0.1')
  await once(finder, 'listening')
  const { port } = finder.address() as AddressInfo
  finder.close()
  await once(finder, 'close')
  const holder = connect({ host: '127.0.0.1', port: listening, localAddress: '127.0.0.1', localPort: port })
  await once(holder, 'connect')
  return {
    port,
    async close() {
      const closed = once(holder, 'close')
      holder.destroy()
      await closed
    },
  }
}
