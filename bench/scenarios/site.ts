import type { Bench } from '../lib/bench.ts'
import { freePort } from '../lib/ports.ts'
import { originAddress, originName, makeUrls, writeList } from '../lib/lists.ts'
import { makeCertificate } from '../origin/certificate.ts'
import { startCountingServer } from '../origin/counting-server.ts'
import type { CountingServer } from '../origin/counting-server.ts'
import { startNginx } from '../origin/nginx.ts'
import { BODY_TEXT } from '../contestants/contestant.ts'
import type { Check, Workload } from '../contestants/contestant.ts'

/** What a scenario polls. */
export interface SiteOptions {
  readonly urls: number
  readonly origins: number
  readonly demand: number
  readonly keepAlive?: boolean
  readonly tls?: boolean
  /** HTTP/2, over TLS. */
  readonly http2?: boolean
  /** The TTL of the names of the hosts, in s. */
  readonly ttl?: number
  readonly check?: Check
}

/** The servers of a scenario and its list. */
export interface Site {
  readonly work: Workload
  readonly origin: CountingServer
  readonly dns: CountingServer | null
  stop(): Promise<void>
}

let sites = 0

/** What stands in the list for the URL at an index, where it is not HTTP. */
const URL_OF: Readonly<Partial<Record<Check, (index: number, port: number) => string>>> = {
  tcp: (index, port) => `tcp://${originAddress(index)}:${port}`,
  query: (index, port) => `dns://127.0.0.1:${port}/${originName(index)}?type=A`,
}

/** Bytes of a page, which have what is looked for at their end. */
const PAGE_BYTES = 10_000

/** What the servers answer; '' without a body. */
function pageFor(check: Check | null): string {
  if (check === 'body') {
    const line = '<p>All is well here, and so it goes on.</p>\n'
    return line.repeat(PAGE_BYTES / 40).slice(0, PAGE_BYTES - BODY_TEXT.length) + BODY_TEXT
  }
  if (check !== 'json') return ''
  const part = {
    name: 'database',
    healthy: true,
    latencyMs: 12.5,
    tags: ['primary', 'eu'],
    checks: { open: 3, failed: 0 },
  }
  const parts = Math.floor(PAGE_BYTES / (JSON.stringify(part).length + 1))
  return JSON.stringify({ parts: Array.from({ length: parts }, () => part), status: 'ok' })
}

/** Starts the servers of a scenario on their core. */
export async function startSite(bench: Bench, options: SiteOptions): Promise<Site> {
  const { folder, cores, nginx } = bench
  const { urls, origins, demand, keepAlive = false, tls = false, http2 = false, ttl, check = null } = options
  const pair =
    tls || http2
      ? await makeCertificate(
          folder,
          Array.from({ length: origins }, (_, index) => originAddress(index)),
        )
      : null
  const number = sites++
  const content = {
    pair,
    http2,
    page: pageFor(check),
    counts: check === 'tcp' ? 'connections' : 'requests',
  } as const
  const origin =
    check === 'query'
      ? await startCountingServer('serve-dns.ts', ['60'], cores.origin)
      : nginx
        ? await startNginx(`${folder}/nginx-${number}`, content, cores.origin)
        : await startCountingServer('serve-http.ts', [JSON.stringify(content)], cores.origin)
  const dns =
    ttl === undefined ? null : await startCountingServer('serve-dns.ts', [String(ttl)], cores.origin)
  const host = dns === null ? originAddress : originName
  const list = `${folder}/list-${number}.txt`
  const base = (index: number) => `${pair === null ? 'http' : 'https'}://${host(index)}:${origin.port}`
  const urlOf = check === null ? undefined : URL_OF[check]
  writeList(
    list,
    urlOf === undefined
      ? makeUrls(origins, urls, base)
      : Array.from({ length: urls }, (_, index) => urlOf(index, origin.port)),
  )
  return {
    work: {
      list,
      urls,
      demand,
      keepAlive,
      root: pair?.root ?? null,
      http2,
      resolver: dns === null ? null : `127.0.0.1:${dns.port}`,
      check,
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
