import { Authority } from './certificates.ts'
import { DnsServer } from './dns-server.ts'
import type { ScriptedAnswer } from './dns-server.ts'
import { HealthyServers } from './healthy-servers.ts'
import { HOSTILE_NAMES } from './hostile-names.ts'
import { hostileNeighbours } from './hostile-neighbours.ts'
import type { Behaviour, Owner } from './hostile-neighbours.ts'

/** URLs that work, and all hostile behaviours that the tests know. */
export interface Neighbours {
  readonly healthy: readonly string[]
  readonly hostile: readonly Behaviour[]
  /** Who answers for their names. */
  readonly resolver: string
  readonly tls: { readonly ca: string }
  /** How many requests for a healthy URL came. */
  readonly asked: (url: string) => number
}

/** Starts all of it; it ends with the test. */
export async function neighbours(t: Owner): Promise<Neighbours> {
  const authority = await Authority.create()
  const servers = await HealthyServers.start(t, authority)
  const hostile = await hostileNeighbours(t, authority)
  const zone: Record<string, ScriptedAnswer> = { ...servers.zone }
  for (const [name, scripted] of Object.entries(HOSTILE_NAMES)) {
    zone[`${name}.test`] = scripted
    // Each asks as often as others: their questions are as many.
    hostile.push({ name: `DNS ${name}`, url: `http://${name}.test:9/` })
  }
  const names = await new DnsServer(zone).listen()
  t.teardown(() => names.close())
  return {
    healthy: servers.urls,
    hostile,
    resolver: names.address,
    tls: { ca: authority.pem },
    asked: (url) => servers.asked(url),
  }
}
