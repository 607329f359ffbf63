import type { Url } from '../../src/resource/resource.ts'
import { TestMonitor } from './api-server.ts'
import { noise } from './random.ts'
import { down, unknown, up } from './state.ts'

const TEAMS = ['web', 'api', 'shops', 'partners', 'intranet', 'edge']
const SHARES = [0.27, 0.22, 0.16, 0.17, 0.1, 0.08]
const HOSTS = ['www', 'cdn', 'img', 'search', 'cart', 'mail', 'git', 'ci', 'wiki', 'pay', 'id', 'docs']
const PATHS = ['', 'health', 'v1/ping', 'index.html', 'checkout', 'login?next=%2Fhome']

/** How a list for the page looks. */
export interface SampleOptions {
  readonly urls: number
  /** How many are down; of the others, how many are unknown. */
  readonly down?: number
  readonly unknown?: number
  readonly isPolled?: boolean
  /** Texts for the names of the first URLs. */
  readonly names?: readonly string[]
  readonly epoch?: string
}

/** A monitor with a list of URLs in groups, most of which are up. `now`: in ms since the epoch. */
export function sampleList(options: SampleOptions, now = Date.now()): TestMonitor {
  const { urls, isPolled = true, names = [], epoch = 'one' } = options
  const monitor = new TestMonitor(epoch, () => performance.now())
  const bounds = SHARES.map((_, n) => SHARES.slice(0, n + 1).reduce((sum, share) => sum + share, 0))
  for (let id = 0; id < urls; id++) {
    const at = bounds.findIndex((bound) => id / urls < bound)
    const team = TEAMS[at] ?? 'edge'
    const name = names[id]
    const labels = { team, region: id % 3 === 0 ? 'eu' : 'us', ...(name === undefined ? {} : { name }) }
    monitor.add(id, sampleUrl(id, team), { labels: JSON.stringify(labels) })
  }
  if (isPolled) for (let id = 0; id < urls; id++) monitor.take(stateOf(id, options, now))
  return monitor
}

function sampleUrl(id: number, team: string): Url {
  return `https://${HOSTS[id % 12]}${id < 12 ? '' : Math.floor(id / 12)}.${team}.example/${PATHS[id % 6]}` as Url
}

/** The State of a URL of the list. `now`: in ms since the epoch. */
export function stateOf(
  id: number,
  { urls, down: downs = 0, unknown: unknowns = 0 }: SampleOptions,
  now: number,
) {
  const step = Math.max(1, Math.floor(urls / Math.max(1, downs + unknowns)))
  const turn = Math.floor(id / step)
  const isBad = id % step === step - 1 && turn < downs + unknowns
  const at = now - Math.floor(noise(id) * 30_000)
  const durationMs = Math.fround(20 + noise(id * 7) * 180)
  const phasesMs = {
    dns: 2,
    connect: Math.fround(durationMs / 6),
    tls: Math.fround(durationMs / 4),
    wait: durationMs / 2,
  }
  const expiresAt = now + (id === 5 ? 9 : 60 + (id % 30)) * 86_400_000
  if (isBad && turn >= downs)
    return unknown(id, {
      at,
      durationMs,
      reason: 'parent',
      detail: 'https://gateway.partner.example/ is down',
    })
  if (isBad && turn % 3 === 0)
    return down(id, {
      at,
      durationMs,
      reason: 'status',
      status: 503,
      statusText: 'Service Unavailable',
      detail: '',
    })
  if (isBad && turn % 3 === 1)
    return down(id, { at, durationMs: 10_000, phasesMs: { ...phasesMs, wait: 9_900 } })
  if (isBad)
    return down(id, {
      at,
      durationMs,
      reason: 'body',
      status: 200,
      statusText: 'OK',
      detail: 'does not contain "ok", saw "degraded"',
    })
  return up(id, { at, durationMs, phasesMs, tls: { protocol: 'TLSv1.3', expiresAt } })
}
