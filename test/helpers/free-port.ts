import { once } from 'node:events'
import { createServer } from 'node:net'
import { threadId } from 'node:worker_threads'

/** Below the ports that Linux gives to sockets that ask for any (net.ipv4.ip_local_port_range), so that no other test is given it. */
const [FIRST, END] = [10_000, 32_000]

/** Each file of tests is a thread: it has ports of its own, so that nobody takes one between here and its use. */
const PORTS_PER_THREAD = 50
const BLOCKS = (END - FIRST) / PORTS_PER_THREAD
const first = FIRST + (threadId % BLOCKS) * PORTS_PER_THREAD

/** A program that a test starts is no such thread: it begins where its number leads, among all ports. */
const isThread = threadId !== 0
const [begin, count] = isThread ? [first, PORTS_PER_THREAD] : [FIRST, END - FIRST]

/** How many ports of each host were looked at. */
const taken = new Map<string, number>()

/** A port of `host` on which nobody listens: taken once and let go. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (;;) {
    const before = taken.get(host) ?? (isThread ? 0 : process.pid * PORTS_PER_THREAD)
    taken.set(host, before + 1)
    const port = begin + (before % count)
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
