import type { ProbedUrl } from '../resource/canary.ts'
import type { Prober } from './prober.ts'
import { withoutGatewayErrors } from './proxy-faults.ts'
import { transportFor } from './resolved-profile.ts'
import type { ResolvedProfile } from './resolved-profile.ts'
import { askedAs } from './verdict/canary-options.ts'
import type { ProbeCanary } from './verdict/canary-prober.ts'
import { hideInFailure } from './verdict/hide-secrets.ts'

/** Makes what probes canaries as `profileOf` says: what a proxy sends in the place of an answer is none, and no failure shows a secret. */
export function createCanaryProbe(
  prober: Prober,
  profileOf: (canary: ProbedUrl) => ResolvedProfile,
): ProbeCanary {
  return async (attempt, resource, canary) => {
    const profile = profileOf(canary)
    const result = await prober.probe(attempt, resource, askedAs(profile, canary), true)
    const way = transportFor(profile, result.hop, new URL(resource.url))
    return hideInFailure(withoutGatewayErrors(way, result), canary.url, profile.secrets)
  }
}
