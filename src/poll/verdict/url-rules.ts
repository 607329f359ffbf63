import type { UrlOptions } from '../../settings/url-options.ts'
import { isFailure } from '../attempt/failure.ts'
import { brokenCertificateRule, certificateRules } from './certificate-rules.ts'
import type { CertificateRules } from './certificate-rules.ts'
import type { AttemptResult, Judgement } from './judge.ts'

/** Settings that judge an accepted answer further. */
export interface UrlRules {
  readonly certificates: CertificateRules | null
}

/** The rules that settings make; null for none, as for most URLs. */
export function urlRules(options: UrlOptions): UrlRules | null {
  const certificates = certificateRules(options)
  return certificates === null ? null : { certificates }
}

/** The judgement on an attempt when the rules of its URL are applied too. `url`: the polled URL. `now`: in ms since the epoch. */
export function applyRules(
  { certificates }: UrlRules,
  { probe, judgement }: AttemptResult,
  url: string,
  now: number,
): Judgement {
  if (judgement.verdict !== 'up' || isFailure(probe.outcome) || certificates === null) return judgement
  return brokenCertificateRule(certificates, probe.tls, url, now) ?? judgement
}
