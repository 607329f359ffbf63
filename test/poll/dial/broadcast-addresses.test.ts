import { networkInterfaces } from 'node:os'
import test from 'ava'
import { broadcastOf, BroadcastAddresses } from '../../../src/poll/dial/broadcast-addresses.ts'
import { HostileServer } from '../../helpers/hostile-server.ts'
import { pollOnce } from '../../helpers/test-poller.ts'

for (const [cidr, address] of [
  ['192.0.2.1/24', '192.0.2.255'],
  ['10.1.2.3/8', '10.255.255.255'],
  ['192.0.2.17/28', '192.0.2.31'],
  ['192.0.2.1/30', '192.0.2.3'],
  ['172.16.5.4/20', '172.16.15.255'],
  ['0.0.0.0/0', '255.255.255.255'],
  ['192.0.2.1/31', null],
  ['192.0.2.1/32', null],
  ['2001:db8::1/64', null],
  [null, null],
] as const) {
  test(`the broadcast address of ${cidr}`, (t) => t.is(broadcastOf(cidr), address))
}

test('the broadcast addresses of this machine', (t) => {
  const broadcasts = new BroadcastAddresses(() => 0)
  const cidrs = Object.values(networkInterfaces()).flatMap((of) => of?.map(({ cidr }) => cidr) ?? [])
  for (const cidr of cidrs) t.is(broadcasts.has(broadcastOf(cidr) ?? ''), broadcastOf(cidr) !== null)
})

// There is no route to a broadcast address, and that is not a fault of this machine.
for (const address of ['127.255.255.255', '255.255.255.255', '[::ffff:127.255.255.255]']) {
  test(`${address} is unreachable, also behind a redirect`, async (t) => {
    const server = await HostileServer.start({
      moved: (socket) => void socket.end(`HTTP/1.1 302 Found\r\nLocation: http://${address}/\r\n\r\n`),
    })
    t.teardown(() => server.close())
    for (const url of [`http://${address}/`, server.url('moved')])
      t.like(await pollOnce(new URL(url).href, { timeoutMs: 20_000 }), {
        verdict: 'down',
        reason: 'unreachable',
      })
  })
}
