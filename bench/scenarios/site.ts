import type { Bench } from '../lib/bench.ts'
import { freePort } from '../lib/ports.ts'
import { originAddress, originName, makeUrls, writeList } from '../lib/lists.ts'
import { makeCertificate } from '../origin/certificate.ts'
import { startCountingServer } from '../origin/counting-server.ts'
import type { CountingServer } from '../origin/counting-server.ts'
import { startNginx } from '../origin/nginx.ts'
import type { Workload } from '../contestants/contestant.ts'

/** What a scenario polls. */
export interface SiteOptions {
  readonly urls: number
  readonly origins: number
  readonly demand: number
  readonly keepAlive?: boolean
  readonly tls?: boolean
  /** The TTL of the names of the hosts, in s. */
  readonly ttl?: number
}

/** The servers of a scenario and its list. */
export interface Site {
  readonly work: Workload
  readonly origin: CountingServer
  readonly dns: CountingServer | null
  stop(): Promise<void>
}

let sites = 0

/** Starts the servers of a scenario on their core. */
export async function startSite(bench: Bench, options: SiteOptions): Promise<Site> {
  const { folder, cores, nginx } = bench
  const { urls, origins, demand, keepAlive = false, tls = false, ttl } = options
  const pair = tls ? await makeCertificate(folder) : null
  const number = sites++
  const origin = nginx
    ? await startNginx(`${folder}/nginx-${number}`, pair, cores.origin)
    : await startCountingServer('serve-http.ts', pair === null ? [] : [pair.cert, pair.key], cores.origin)
  const dns =
    ttl === undefined ? null : await startCountingServer('serve-dns.ts', [String(ttl)], cores.origin)
  const host = tls ? () => '127.0.0.1' : dns === null ? originAddress : originName
  const list = `${folder}/list-${number}.txt`
  const base = (index: number) => `${tls ? 'https' : 'http'}://${host(index)}:${origin.port}`
  writeList(list, makeUrls(origins, urls, base))
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
