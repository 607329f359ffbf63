import type { State } from '../../state/state.ts'
import { mask } from '../checks/mask.ts'

/** A State whose texts do not show these secrets, also if the server has repeated them. */
export function hideSecrets(state: State, secrets: readonly string[]): State {
  return {
    ...state,
    detail: mask(state.detail, secrets),
    statusText: mask(state.statusText, secrets),
    finalUrl: state.redirects === 0 ? state.finalUrl : mask(state.finalUrl, secrets),
  }
}
