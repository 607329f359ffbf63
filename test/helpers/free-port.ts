import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the ports that Linux gives to sockets that ask for any (net.ipv4.ip_local_port_range), so that no other test is given it. */
const [FIRST, END] = [10_000, 32_000]

/** Whoever has a port has it on this address too, by UDP, where nothing else listens: no other thread or program of tests is given it. */
const CLAIM_ADDRESS = '127.255.255.254'

/** A port of `host` on which nobody listens: taken once and let go. No other test is given it until this thread ends. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, END)
    const claim = createSocket('udp4')
    const server = createServer()
    try {
      claim.bind({ port, address: CLAIM_ADDRESS, exclusive: true })
      await once(claim, 'listening')
      claim.unref()
      server.listen(port, host)
      await once(server, 'listening')
    } catch (error) {
      claim.close()
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') continue
      throw error
    }
    server.close()
    await once(server, 'close')
    return port
  }
}
