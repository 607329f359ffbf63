import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

/** Below the ports that Linux gives to sockets that ask for any (net.ipv4.ip_local_port_range), so that no other test is given it. */
const [FIRST, END] = [10_000, 32_000]

/** Whoever has a port has it on this address too, by UDP, where nothing else listens: no other thread or program of tests is given it. */
const CLAIM_ADDRESS = '127.255.255.254'

/** A port that no TCP socket uses. No other test is given it until this thread ends. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, END)
    const claim = createSocket('udp4')
    try {
      claim.bind({ port, address: CLAIM_ADDRESS, exclusive: true })
      await once(claim, 'listening')
    } catch (error) {
      claim.close()
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') continue
      throw error
    }
    claim.unref()
    if (!isUsed(port)) return port
    claim.close()
  }
}

// To listen on the port and to stop would not do: where another test starts a program meanwhile, that has the socket too until it calls exec.
function isUsed(port: number): boolean {
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')} `
  return ['tcp', 'tcp6'].some((name) => readFileSync(`/proc/net/${name}`, 'latin1').includes(end))
}
