import { pollerNumber } from '../../src/resource/poller-number.ts'
import type { ResourceId, Url } from '../../src/resource/resource.ts'
import type { Down, State, Unknown, Up } from '../../src/state/state.ts'

type Changes<S extends State> = Partial<Omit<S, 'id' | 'url' | 'verdict'>>

const BASE = {
  generation: 0,
  at: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  method: 'HEAD',
  errCount: 0,
  durationMs: Math.fround(41.2),
  phasesMs: {
    dns: Math.fround(3.1),
    connect: Math.fround(9.8),
    tls: Math.fround(18.4),
    wait: Math.fround(9.9),
  },
  lateMs: Math.fround(0.6),
  stalledMs: Math.fround(0.2),
  status: 200,
  statusText: 'OK',
  detail: '',
  redirects: 0,
  finalUrl: 'https://a.example/',
  address: '192.0.2.1',
  httpVersion: '1.1',
  tls: { protocol: 'TLSv1.3', expiresAt: Date.UTC(2027, 0, 1) },
  rechecked: false,
  poller: pollerNumber(0),
} as const

const NO_RESPONSE = { status: 0, statusText: '', httpVersion: '', tls: null } as const

function identity(id: number) {
  return { id: id as ResourceId, url: `https://a.example/${id}` as Url }
}

/** A State of Resource `id` with verdict `up`. */
export function up(id: number, some: Changes<Up> = {}): Up {
  return { ...BASE, ...identity(id), reason: 'ok', ...some, verdict: 'up' }
}

/** A State of Resource `id` with verdict `down`: no answer in time. */
export function down(id: number, some: Changes<Down> = {}): Down {
  return {
    ...BASE,
    ...NO_RESPONSE,
    ...identity(id),
    reason: 'timeout',
    errCount: 1,
    detail: 'no answer in time (wait)',
    ...some,
    verdict: 'down',
  }
}

/** A State of Resource `id` with verdict `unknown`. */
export function unknown(id: number, some: Changes<Unknown> = {}): Unknown {
  return {
    ...BASE,
    ...NO_RESPONSE,
    ...identity(id),
    reason: 'local',
    detail: 'no descriptors',
    ...some,
    verdict: 'unknown',
  }
}
