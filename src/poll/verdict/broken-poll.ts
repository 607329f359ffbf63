import type { PollerNumber } from '../../resource/poller-number.ts'
import type { Resource } from '../../resource/resource.ts'
import { LOCAL_CAUSES } from '../../state/local-causes.ts'
import type { State } from '../../state/state.ts'
import { explainedFailure } from '../attempt/failure.ts'
import { applyResult } from './apply-result.ts'
import type { SentSecrets } from '../http/known-secrets.ts'
import { hideSecrets } from './hide-secrets.ts'
import type { ProbeResult } from './probe-result.ts'
import { toState } from './to-state.ts'

/**
 * The State of a poll that ended with an exception. The Resource gets it too. A bug in headcount must not look like a fault of the URL, nor
 * end the polls of others. `hidden`: the secrets among its settings, and those of its requests. `began`, `ended`: in ms on the monotonic clock.
 */
export function brokenPoll(
  resource: Resource,
  error: unknown,
  [secrets, sent]: readonly [secrets: readonly string[], sent: SentSecrets],
  { poller, began, ended }: { readonly poller: PollerNumber; readonly began: number; readonly ended: number },
): State {
  const outcome = explainedFailure('unknown-error', String(error))
  const probe: ProbeResult = {
    method: '',
    hop: new URL(resource.url),
    redirects: 0,
    fallback: null,
    address: '',
    breaksRules: null,
    tls: null,
    outcome,
    check: null,
  }
  const result = {
    probe,
    judgement: { verdict: 'unknown', reason: 'local', detail: outcome.detail },
  } as const
  applyResult(resource, result, ended)
  const state = toState(resource, result, {
    poller,
    began,
    durationMs: ended - began,
    phasesMs: { dns: 0, connect: 0, tls: 0, wait: 0 },
    stalledMs: 0,
    rechecked: false,
  })
  try {
    return hideSecrets(state, secrets, sent, sent)
  } catch {
    // The bug may be there.
    return { ...state, detail: LOCAL_CAUSES['unknown-error'].text }
  }
}
