import { once } from 'node:events'
import { createServer } from 'node:net'
import { threadId } from 'node:worker_threads'

/** Below the ports that Linux gives to sockets that ask for any (net.ipv4.ip_local_port_range), so that no other test is given it. */
const [FIRST, END] = [10_000, 32_000]

/** Each file of tests is a thread: it has ports of its own, so that nobody takes one between here and its use, or while its server is stopped. */
const PORTS_PER_THREAD = 160
const BLOCKS = Math.floor((END - FIRST) / PORTS_PER_THREAD)
const first = FIRST + (threadId % BLOCKS) * PORTS_PER_THREAD

/** A program that a test starts is no such thread: it begins where its number leads, among all ports. */
const [begin, count] = threadId === 0 ? [FIRST, END - FIRST] : [first, PORTS_PER_THREAD]
let taken = threadId === 0 ? process.pid * PORTS_PER_THREAD : 0

/** A port of `host` on which nobody listens: taken once and let go. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = begin + (taken++ % count)
    const server = createServer().listen(port, host)
    try {
      await once(server, 'listening')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') continue
      throw error
    }
    server.close()
    await once(server, 'close')
    return port
  }
}
