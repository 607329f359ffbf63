import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { DnsServer } from '../helpers/dns-server.ts'
import type { ScriptedAnswer } from '../helpers/dns-server.ts'
import { resource, TestPoller } from '../helpers/test-poller.ts'

// Polls in a network that has only a loopback device with a public address on it (test/poll/own-network.test.ts sets it up), and
// prints the results.

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
const unreachable = resource('http://192.0.2.1/', { errCount: 3 })
const { verdict, reason, detail } = await noRoute.poll(unreachable)
await noRoute.close()

// The same URL and others without a route, after a poll of one that has a route.
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

// Redirects to each of these addresses.
const guarded = new TestPoller({ denyPrivate: true, timeoutMs: 10_000 })
const hops: Record<string, string> = {}
const PRIVATE = [
  '127.0.0.1',
  '127.1',
  '0x7f.1',
  '0177.0.0.1',
  '0x7f000001',
  '2130706433',
  '127.0.0.1.',
  '①②⑦.0.0.1',
  '127。0。0。1',
  '%31%32%37.0.0.1',
  `${publicAddress}@127.0.0.1`,
  'localhost',
  'LOCALHOST.',
  '0',
  '0.0.0.0',
  '255.255.255.255',
  '169.254.169.254',
  '[::]',
  '[::1]',
  '[::127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:0:127.0.0.1]',
  '[0:0:0:0:0:ffff:127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b:1::127.0.0.1]',
  '[2002:7f00:1::]',
  '[2001:0:7f00:1::]',
  '[fe80::1]',
  '[fec0::1]',
  '[fd00::1]',
  '[ff02::1]',
]
for (const to of [...PRIVATE, publicAddress]) {
  const state = await guarded.poll(new URL(`http://${publicAddress}:${PORT}/${to}`).href)
  hops[to] = `${state.reason}, ${state.redirects} followed`
}
await guarded.close()

// A name whose first answer is a public address and whose later answers are private ones.
const zone: Record<string, ScriptedAnswer> = {}
const dns = await new DnsServer(zone).listen()
const rebinding: Record<string, string> = {}
for (const [how, path] of [
  ['polled again', ''],
  ['behind a redirect', 'rebinds.example'],
] as const) {
  const polled = path === '' ? 'rebinds-at-once.example' : publicAddress
  const name = path === '' ? polled : path
  zone[name] = { a: [publicAddress], ttl: 1 }
  const poller = new TestPoller({ denyPrivate: true, resolvers: [dns.address], timeoutMs: 10_000 })
  const said: string[] = []
  // Until the first answer, which is cached for a second, has expired and the name is looked up again.
  for (let left = 1_000; dns.count(`A ${name}`) < 2 && left > 0; left--) {
    const state = await poller.poll(resource(`http://${polled}:${PORT}/${path}`, { verdict: 'up' }))
    const one = `${state.reason} ${state.address}`.trim()
    if (said.at(-1) !== one) said.push(one)
    zone[name] = { a: ['127.0.0.1', '10.0.0.1'], aaaa: ['::1', '::ffff:127.0.0.1'], ttl: 1 }
    await sleep(20)
  }
  rebinding[how] = said.join(', ')
  await poller.close()
}
await dns.close()
const addresses = [...new Set(reached)]

// Fewer local ports than concurrent polls.
writeFileSync('/proc/sys/net/ipv4/ip_local_port_range', '40000 40007')
const crowded = new TestPoller({ concurrency: 32, hostConcurrency: 32, timeoutMs: 10_000 })
const tally: Record<string, number> = {}
const polls = Array.from({ length: 32 }, () => crowded.poll(`http://127.0.0.1:${PORT}/slow`))
for (const state of await Promise.all(polls)) tally[state.reason] = (tally[state.reason] ?? 0) + 1
await crowded.close()
server.close()

process.stdout.write(
  JSON.stringify({
    noRoute: [verdict, reason, detail, unreachable.errCount],
    besideOthers,
    hops,
    rebinding,
    addresses,
    tally,
    notices: crowded.notices,
  }),
)
