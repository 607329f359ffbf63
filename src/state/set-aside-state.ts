import type { PollerNumber } from '../resource/poller-number.ts'
import type { Resource } from '../resource/resource.ts'
import { LOCAL_CAUSES } from './local-causes.ts'
import type { Unknown } from './state.ts'

/** The State of a Resource that is set aside, since each poll of it ended its poller. `at` is in ms since the epoch. */
export function setAsideState(
  { id, url, generation, errCount }: Resource,
  at: number,
  poller: PollerNumber,
): Unknown {
  return {
    verdict: 'unknown',
    reason: 'local',
    id,
    url,
    generation,
    at,
    method: 'HEAD',
    errCount,
    durationMs: 0,
    phasesMs: { dns: 0, connect: 0, tls: 0, wait: 0 },
    lateMs: 0,
    stalledMs: 0,
    status: 0,
    statusText: '',
    detail: LOCAL_CAUSES['poller-lost'].text,
    redirects: 0,
    finalUrl: '',
    address: '',
    httpVersion: '',
    tls: null,
    rechecked: false,
    poller,
  }
}
