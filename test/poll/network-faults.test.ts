import test from 'ava'
import type { HttpResponse } from '../../src/poll/http/exchange.ts'
import { NetworkFaults } from '../../src/poll/network-faults.ts'
import type { NetworkMonitors } from '../../src/poll/network-faults.ts'
import { UplinkMonitor } from '../../src/poll/verdict/uplink-monitor.ts'
import { PASSED } from '../../src/poll/verdict/probe-result.ts'
import type { ProbeResult } from '../../src/poll/verdict/probe-result.ts'
import type { Transport } from '../../src/poll/http/transports.ts'
import { parseProxySetting } from '../../src/settings/proxy.ts'
import type { Canary } from '../../src/resource/canary.ts'
import { resource } from '../helpers/test-poller.ts'

const NO_ROUTE = { resolve: null, source: null, unix: null }
const proxy = parseProxySetting('http://proxy.example:3128')?.forHttp ?? null

function probeOf(method: 'HEAD' | 'GET', outcome: HttpResponse = PASSED): ProbeResult {
  const hop = new URL('http://a.example/')
  return {
    method,
    hop,
    redirects: 0,
    fallback: null,
    address: '192.0.2.1',
    breaksRules: null,
    tls: null,
    outcome,
    check: null,
  }
}

/** NetworkFaults with this flag, and the canaries that it has made of answers. */
function faultsWith(source: string | null) {
  const behindProxy: Canary[] = []
  const uplink = new UplinkMonitor(
    { canaries: [], timeoutMs: 1_000 },
    () => 1_000,
    () => Promise.resolve('cut'),
    () => {},
  )
  const proxies: Partial<NetworkMonitors['proxies']> = {
    recordAnswer: (_proxy, canary, mayProbe) => void (mayProbe && behindProxy.push(canary)),
  }
  const monitors = { uplink, proxies, options: { source }, now: () => 1_000 } as unknown as NetworkMonitors
  const faults = new NetworkFaults(monitors)
  const answered = async (way: Partial<Transport>, probe = probeOf('HEAD')) => {
    await faults.onWay(
      probe,
      resource('http://a.example/'),
      { route: null, proxy: null, ...way } as Transport,
      400,
    )
    return uplink.known.length + behindProxy.length
  }
  return { answered, uplink, behindProxy }
}

test('a canary is asked by GET if it was polled so, and it is known how long it took', async (t) => {
  const { answered, uplink } = faultsWith(null)
  t.is(await answered({}, probeOf('GET')), 1)
  const url = 'http://a.example/'
  t.deepEqual(uplink.known as readonly unknown[], [{ url, address: '192.0.2.1', byGet: true, tookMs: 600 }])
})

test('what answers only by a way of its own is no canary, with or without a proxy', async (t) => {
  for (const way of [{}, { proxy }]) {
    const none = faultsWith(null)
    t.is(await none.answered({ ...way, route: { ...NO_ROUTE, resolve: ['192.0.2.9'] } }), 0)
    t.is(await none.answered({ ...way, route: { ...NO_ROUTE, source: '192.0.2.8' } }), 0)
    t.is(await none.answered(way), 1)
    // Canaries have the local address of the flags.
    const some = faultsWith('192.0.2.8')
    t.is(await some.answered(way), 0)
    t.is(await some.answered({ ...way, route: { ...NO_ROUTE, source: '192.0.2.8' } }), 1)
  }
})
