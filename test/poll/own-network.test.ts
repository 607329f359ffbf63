import { runScript } from '../helpers/program.ts'
import { testWhere } from '../helpers/tool.ts'

/** A public address, which this machine has in the test's network. */
const PUBLIC = '8.8.8.8'

/** An address that a route prohibits. */
const PROHIBITED = '192.0.2.9'

// A network namespace without a route to the outside. Under Linux a user may create one if the system allows it.
const SETUP = `ip link set lo up && ip address add ${PUBLIC}/32 dev lo && ip route add prohibit ${PROHIBITED} && test -w /proc/sys/net/ipv4/ip_local_port_range`
const UNSHARE = ['unshare', '--map-root-user', '--net', 'sh', '-c']
const run = testWhere('a network namespace of its own (unshare --net)', [...UNSHARE, SETUP])

interface Printed {
  readonly noRoute: readonly unknown[]
  readonly besideOthers: Readonly<Record<string, string>>
  readonly hops: Readonly<Record<string, string>>
  readonly rebinding: Readonly<Record<string, string>>
  readonly addresses: readonly string[]
  readonly tally: Readonly<Record<string, number>>
  readonly notices: readonly string[]
}

run('in a network with no way out and few ports', async (t) => {
  const prefix = [...UNSHARE, `${SETUP} && exec "$0" "$@"`]
  const printed = await runScript<Printed>(t, 'own-network', [PUBLIC], { prefix })
  const { noRoute, besideOthers, hops, rebinding, addresses, tally, notices } = printed
  t.deepEqual(noRoute, ['unknown', 'local', 'no route from here to 192.0.2.1:80', 3])

  // Another IPv4 address can be reached, so these addresses are at fault. Nothing is known of IPv6 here.
  t.deepEqual(besideOthers, {
    'http://192.0.2.1/': 'down unreachable',
    [`http://${PROHIBITED}/`]: 'down unreachable',
    'http://[2001:db8::1]/': 'unknown local',
    [`http://${PUBLIC}:8080/192.0.2.1`]: 'down unreachable',
  })

  // An address that is not public is not dialled, however it is written, and also behind a redirect from one that is.
  const { [PUBLIC]: there, ...others } = hops
  t.is(there, 'ok, 1 followed')
  t.true(Object.keys(others).length > 30)
  for (const [to, said] of Object.entries(others)) t.is(said, 'policy, 1 followed', to)

  // The addresses of a name are checked after each lookup.
  t.deepEqual(rebinding, {
    'polled again': `ok ${PUBLIC}, policy`,
    'behind a redirect': `ok ${PUBLIC}, policy`,
  })
  t.deepEqual(addresses, [PUBLIC])

  t.deepEqual(Object.keys(tally).toSorted(), ['local', 'ok'], JSON.stringify(tally))
  t.is(notices.length, 1)
  t.regex(notices[0] ?? '', /out of local ports .*\(EADDR(NOTAVAIL|INUSE)\)/)
})
