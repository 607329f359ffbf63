import type { State } from '../../state/state.ts'
import { isFailure, withDetail } from '../attempt/failure.ts'
import { mask } from '../checks/mask.ts'
import { secretsOfBody, secretsOfUrl } from '../http/known-secrets.ts'
import type { SentSecrets } from '../http/known-secrets.ts'
import type { ProbeResult } from './probe-result.ts'

/** Shorter runs of the body of a request are shown, in UTF-16 units: an answer has words and punctuation in common with it. */
const MIN_BODY_RUN = 8

/**
 * A State whose texts do not show what the requests of its poll keep secret, also if the server has repeated it. `settings`: the
 * secrets among its settings. `before`, `after`: those of its requests when it began and when it ended.
 */
export function hideSecrets(
  state: State,
  settings: readonly string[],
  before: SentSecrets,
  after: SentSecrets,
): State {
  const hasLogin = state.url.includes('@')
  // Most have nothing to hide.
  if (!hasLogin && settings.length === 0 && isEmpty(before) && isEmpty(after)) return state
  const ofUrl = hasLogin ? secretsOfUrl(state.url) : []
  const all = [...new Set([...settings, ...ofUrl, ...before.secrets, ...after.secrets])]
  const { detail, statusText, finalUrl, redirects } = state
  const longest = Math.max(detail.length, statusText.length, redirects === 0 ? 0 : finalUrl.length)
  const bodies = longest < MIN_BODY_RUN ? [] : new Set([before.body, after.body])
  const sent = [...bodies].flatMap((body) => (body === null ? [] : secretsOfBody(body)))
  const hide = (text: string) => mask(mask(text, all), sent, MIN_BODY_RUN)
  return {
    ...state,
    detail: hide(detail),
    statusText: hide(statusText),
    finalUrl: redirects === 0 ? finalUrl : hide(finalUrl),
  }
}

/** The result of probing a canary, whose failure does not show the login of its URL nor these secrets, also if a proxy has repeated them. */
export function hideInFailure(result: ProbeResult, url: string, settings: readonly string[]): ProbeResult {
  const { outcome } = result
  if (!isFailure(outcome)) return result
  const detail = mask(outcome.detail, [...settings, ...secretsOfUrl(url)])
  return { ...result, outcome: withDetail(outcome, detail) }
}

function isEmpty({ secrets, body }: SentSecrets): boolean {
  return body === null && secrets.length === 0
}
