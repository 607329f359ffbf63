import { once } from 'node:events'
import { connect } from 'node:net'

/** A loopback port that refuses connections until `close`. */
export interface RefusingPort {
  readonly port: number
  close(): Promise<void>
}

/**
 * Makes a port that refuses connections for as long as it is needed. A port that is only free would not do: another program could
 * start to listen on it, or a connection to it could get that port as its own local port and so connect to itself. This one is
 * the local end of a connection to `listening`, another port of the demo, so it neither listens nor is it given out.
 */
export async function openRefusingPort(listening: number): Promise<RefusingPort> {
  const holder = connect({ host: '127.0.0.1', port: listening, localAddress: '127.0.0.1' })
  await once(holder, 'connect')
  const { localPort: port } = holder
  if (port === undefined) throw new Error('a connected socket has a port')
  return {
    port,
    async close() {
      const closed = once(holder, 'close')
      holder.destroy()
      await closed
    },
  }
}
