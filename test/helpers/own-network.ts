import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { resource, TestPoller } from './poll.ts'

// A program of its own, to be run in a network that has nothing but a loopback device, with a public address on it (see
// test/poll/own-network.test.ts). It polls, and prints what came of it.

const [publicAddress = ''] = process.argv.slice(2)
const PORT = 8080
const reached: string[] = []
const server = createServer((request, response) => {
  const url = request.url ?? ''
  reached.push(request.socket.localAddress ?? '')
  if (url === '/slow') setTimeout(() => response.end(), 200)
  else if (url === '/') response.end()
  else response.writeHead(302, { location: `http://${url.slice(1)}:${PORT}/` }).end()
})
server.listen(PORT, '0.0.0.0')
await once(server, 'listening')

const noRoute = new TestPoller()
const given = resource('http://192.0.2.1/', { errCount: 3 })
const { verdict, reason, detail } = await noRoute.poll(given)
await noRoute.close()

// The same, and other addresses that this machine has no way to, where it has a way to one.
const beside = new TestPoller({ timeoutMs: 10_000 })
await beside.poll(`http://${publicAddress}:${PORT}/`)
const besideOthers: Record<string, string> = {}
for (const url of [
  'http://192.0.2.1/',
  'http://192.0.2.9/',
  'http://[2001:db8::1]/',
  `http://${publicAddress}:${PORT}/192.0.2.1`,
]) {
  const state = await beside.poll(url)
  besideOthers[url] = `${state.verdict} ${state.reason}`
}
await beside.close()

// Where each redirect leads, and what of that is refused.
const guarded = new TestPoller({ denyPrivate: true, timeoutMs: 10_000 })
const hops: Record<string, string> = {}
for (const to of ['127.0.0.1', '0x7f.1', '2130706433', '①②⑦.0.0.1', '[::ffff:7f00:1]', publicAddress]) {
  const state = await guarded.poll(new URL(`http://${publicAddress}:${PORT}/${to}`).href)
  hops[to] = `${state.reason}, ${state.redirects} followed`
}
await guarded.close()
const addresses = [...new Set(reached)]

// Fewer ports than polls at once.
writeFileSync('/proc/sys/net/ipv4/ip_local_port_range', '40000 40007')
const crowded = new TestPoller({ concurrency: 32, hostConcurrency: 32, timeoutMs: 10_000 })
const tally: Record<string, number> = {}
const polls = Array.from({ length: 32 }, () => crowded.poll(`http://127.0.0.1:${PORT}/slow`))
for (const state of await Promise.all(polls)) tally[state.reason] = (tally[state.reason] ?? 0) + 1
await crowded.close()
server.close()

process.stdout.write(
  JSON.stringify({
    noRoute: [verdict, reason, detail, given.errCount],
    besideOthers,
    hops,
    addresses,
    tally,
    notices: crowded.notices,
  }),
)
