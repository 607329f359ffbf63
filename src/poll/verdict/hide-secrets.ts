import type { State } from '../../state/state.ts'
import { mask } from '../checks/mask.ts'
import { secretsOf, secretsOfBody, secretsOfUrl } from '../http/known-secrets.ts'
import type { RequestExtras } from '../http/custom-request.ts'

/** Shorter runs of the body of a request are shown, in UTF-16 units: an answer has words and punctuation in common with it. */
const MIN_BODY_RUN = 8

/** What the requests of a profile keep secret. */
interface Secrets {
  readonly extras: RequestExtras | null
  /** Those of its settings. */
  readonly secrets: readonly string[]
}

/** A State whose texts do not show what the requests of its poll keep secret, also if the server has repeated it. */
export function hideSecrets(state: State, { extras, secrets }: Secrets): State {
  const hasLogin = state.url.includes('@')
  // Most have nothing to hide, or no text of the server.
  if (extras === null && secrets.length === 0 && !hasLogin) return state
  const { detail, statusText, finalUrl, redirects } = state
  const all = [
    ...secrets,
    ...(hasLogin ? secretsOfUrl(state.url) : []),
    ...(extras === null ? [] : secretsOf(extras)),
  ]
  const content = extras?.content ?? null
  const longest = Math.max(detail.length, statusText.length, redirects === 0 ? 0 : finalUrl.length)
  const sent = content === null || longest < MIN_BODY_RUN ? [] : secretsOfBody(content.bytes)
  const hide = (text: string) => mask(mask(text, all), sent, MIN_BODY_RUN)
  return {
    ...state,
    detail: hide(detail),
    statusText: hide(statusText),
    finalUrl: redirects === 0 ? finalUrl : hide(finalUrl),
  }
}
