import type { Bench } from '../lib/bench.ts'
import { freePort } from '../lib/ports.ts'
import { addressOf, nameOf, urlsOn, writeList } from '../lib/lists.ts'
import { makeCertificate } from '../origin/certificate.ts'
import { startCounted } from '../origin/counted.ts'
import type { Counted } from '../origin/counted.ts'
import { startNginx } from '../origin/nginx.ts'
import type { Work } from '../contestants/contestant.ts'

/** What a scenario polls. */
export interface SiteOptions {
  readonly urls: number
  readonly origins: number
  readonly demand: number
  readonly keepAlive?: boolean
  readonly tls?: boolean
  /** Hosts have names, which the bench's DNS server knows for this long, in s. */
  readonly ttl?: number
}

/** The far side of a scenario: its origin, perhaps a DNS server, and the list. */
export interface Site {
  readonly work: Work
  readonly origin: Counted
  readonly dns: Counted | null
  stop(): Promise<void>
}

let sites = 0

/** Starts what a scenario polls, on the origin's core. */
export async function startSite(bench: Bench, options: SiteOptions): Promise<Site> {
  const { folder, cores, nginx } = bench
  const { urls, origins, demand, keepAlive = false, tls = false, ttl } = options
  const pair = tls ? await makeCertificate(folder) : null
  const number = sites++
  const origin = nginx
    ? await startNginx(`${folder}/nginx-${number}`, pair, cores.origin)
    : await startCounted('serve-http.ts', pair === null ? [] : [pair.cert, pair.key], cores.origin)
  const dns = ttl === undefined ? null : await startCounted('serve-dns.ts', [String(ttl)], cores.origin)
  const host = tls ? () => '127.0.0.1' : dns === null ? addressOf : nameOf
  const list = `${folder}/list-${number}.txt`
  const base = (index: number) => `${tls ? 'https' : 'http'}://${host(index)}:${origin.port}`
  writeList(list, urlsOn(origins, urls, base))
  return {
    work: {
      list,
      urls,
      demand,
      keepAlive,
      root: pair?.root ?? null,
      resolver: dns === null ? null : `127.0.0.1:${dns.port}`,
      freePort: await freePort(),
    },
    origin,
    dns,
    async stop() {
      await origin.stop()
      await dns?.stop()
    },
  }
}
