import type { ResourceId, Url } from '../../src/resource/resource.ts'
import type { Down, State, Unknown, Up } from '../../src/state/state.ts'

type Some<S extends State> = Partial<Omit<S, 'id' | 'url' | 'verdict'>>

const facts = {
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
  heldMs: Math.fround(0.2),
  status: 200,
  statusText: 'OK',
  detail: '',
  redirects: 0,
  finalUrl: 'https://a.example/',
  address: '192.0.2.1',
  httpVersion: '1.1',
  tls: { protocol: 'TLSv1.3', expiresAt: Date.UTC(2027, 0, 1) },
  rechecked: false,
  poller: 1,
} as const

const none = { status: 0, statusText: '', httpVersion: '', tls: null } as const

function of(id: number) {
  return { id: id as ResourceId, url: `https://a.example/${id}` as Url }
}

/** A State of Resource `id` with verdict `up`. */
export function up(id: number, some: Some<Up> = {}): Up {
  return { ...facts, ...of(id), reason: 'ok', ...some, verdict: 'up' }
}

/** A State of Resource `id` with verdict `down`: no answer in time. */
export function down(id: number, some: Some<Down> = {}): Down {
  return {
    ...facts,
    ...none,
    ...of(id),
    reason: 'timeout',
    errCount: 1,
    detail: 'no answer in time (wait)',
    ...some,
    verdict: 'down',
  }
}

/** A State of Resource `id` with verdict `unknown`. */
export function unknown(id: number, some: Some<Unknown> = {}): Unknown {
  return {
    ...facts,
    ...none,
    ...of(id),
    reason: 'local',
    detail: 'no descriptors',
    ...some,
    verdict: 'unknown',
  }
}
