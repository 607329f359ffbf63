import type { Resource, Verdict } from '../../resource/resource.ts'
import type { UrlOptions } from '../../settings/url-options.ts'
import { REASON_FACTS } from '../../state/reasons.ts'
import { isFailure } from '../attempt/failure.ts'
import { brokenCertificateRule, certificateRules } from './certificate-rules.ts'
import type { CertificateRules } from './certificate-rules.ts'
import type { AttemptResult, Judgement } from './judge.ts'

/** Settings that change the judgement on a poll. */
export interface UrlRules {
  /** Null: none. */
  readonly certificates: CertificateRules | null
  /** The URL is up as long as it gives no valid answer. */
  readonly wantsDown: boolean
}

/** The rules that settings make; null for none, as for most URLs. */
export function urlRules(options: UrlOptions): UrlRules | null {
  const certificates = certificateRules(options)
  const wantsDown = options.want === 'down'
  return certificates === null && !wantsDown ? null : { certificates, wantsDown }
}

/**
 * A copy of the Resource whose verdict says whether the last poll got an answer, as it does without rules. A second attempt and the
 * check of the uplink come before a change of that.
 */
export function withoutRules(resource: Resource, { wantsDown }: UrlRules): Resource {
  return wantsDown ? { ...resource, verdict: OPPOSITE[resource.verdict] } : resource
}

/** The judgement on a poll when the rules of its URL are applied too. `url`: the polled URL. `now`: in ms since the epoch. */
export function applyRules(
  { certificates, wantsDown }: UrlRules,
  result: AttemptResult,
  url: string,
  now: number,
): Judgement {
  const { probe, judgement } = result
  if (wantsDown) return judgeUnwanted(result)
  if (judgement.verdict !== 'up' || isFailure(probe.outcome) || certificates === null) return judgement
  return brokenCertificateRule(certificates, probe.tls, url, now) ?? judgement
}

/** Nothing is known of a URL that was not asked, so these stay: `unknown`, and an address that a flag forbids. */
function judgeUnwanted({ probe: { outcome, redirects }, judgement }: AttemptResult): Judgement {
  const { verdict, reason, detail } = judgement
  if (!isFailure(outcome)) {
    const status = outcome.status === 0 ? '' : `: ${outcome.status} ${outcome.statusText}`.trimEnd()
    return unexpected(status)
  }
  if (REASON_FACTS[outcome.reason].answered === true) return unexpected(` (${outcome.detail})`)
  if (reason === 'policy') return judgement
  if (redirects > 0) return unexpected(`: a redirect (${reason}: ${detail})`)
  if (verdict === 'unknown') return judgement
  return { verdict: 'up', reason: 'ok', detail: `no answer (${reason}: ${detail})` }
}

function unexpected(what: string): Judgement {
  return { verdict: 'down', reason: 'unexpected', detail: `${REASON_FACTS.unexpected.text}${what}` }
}

const OPPOSITE: Readonly<Record<Verdict, Verdict>> = {
  pending: 'pending',
  up: 'down',
  down: 'up',
  unknown: 'unknown',
}
