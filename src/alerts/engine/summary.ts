import type { SeenState } from '../alert.ts'
import { conditionOf } from './conditions.ts'
import { limitsOf } from './limits.ts'
import type { Limits } from './limits.ts'
import type { RuleRef } from './rule-ref.ts'
import { distanceText, shareText, spanText } from './span-text.ts'
import type { KnownState, WatchedUrl } from './watched-url.ts'

// The one line of an alert in plain words. Texts of servers are in it as they came: receivers escape it.

/** What a poll saw: `503 Service Unavailable`, or the reason and its text. */
export function seenText({
  reason,
  status,
  detail,
}: Pick<SeenState, 'reason' | 'status' | 'detail'>): string {
  if (status !== 0 && (reason === 'ok' || reason === 'status')) {
    const code = String(status)
    return detail === '' || detail.startsWith(code) ? detail || code : `${code} ${detail}`
  }
  if (detail === '' || detail === reason || detail.startsWith(`${reason}: `)) return detail || reason
  return reason === 'ok' ? detail : `${reason}: ${detail}`
}

/** Why an alert of a URL fires. `since`: when its condition began. */
export function firedText(
  ref: RuleRef,
  url: WatchedUrl,
  seen: SeenState,
  since: number,
  now: number,
): string {
  switch (ref.kind) {
    case 'down': {
      const lasting = conditionOf(ref, 'down')
      if ('polls' in lasting && lasting.polls === 1) return `down: ${seenText(seen)}`
      // After a restart, polls are counted anew.
      const isCounted = 'polls' in lasting && url.downPolls >= lasting.polls
      return `down for ${isCounted ? `${url.downPolls} polls` : spanText(now - since)}: ${seenText(seen)}`
    }
    case 'unknown':
      return `unknown for ${spanText(now - since)}: ${seenText(seen)}`
    case 'slow': {
      const { overMs } = conditionOf(ref, 'slow')
      return `slower than ${spanText(overMs)} for ${spanText(now - since)}: ${tookText(seen)}`
    }
    case 'certificate':
      return expiryText(seen)
    case 'flapping':
      return `flapping: ${turnsText(url.firing(ref)?.limits ?? limitsOf(ref))}`
    default:
      return ref.kind
  }
}

/** How often a URL turns that flaps. */
export function turnsText({ limit, windowMs = 0 }: Limits): string {
  return `more than ${limit} changes between up and down in ${spanText(windowMs)}`
}

/** Why an alert of a URL is over, since `at`. */
export function resolvedText(ref: RuleRef, since: number, seen: SeenState, at: number): string {
  const lasted = spanText(at - since)
  switch (ref.kind) {
    case 'down':
      return `up again after ${lasted}: ${seenText(seen)}`
    case 'unknown':
      return `known again after ${lasted}: ${seen.verdict}, ${seenText(seen)}`
    case 'slow':
      return `no longer slow after ${lasted}: ${tookText(seen)}`
    case 'certificate':
      return expiryText(seen)
    case 'flapping':
      return `settled after ${lasted}: ${seen.verdict}, ${seenText(seen)}`
    default:
      return `over after ${lasted}`
  }
}

/** What was measured of a URL by its last poll. */
export function measuredText({ kind }: RuleRef, seen: SeenState): string {
  return kind === 'slow' ? tookText(seen) : expiryText(seen)
}

/** Why an alert ends that would go on by the limit that its rule had. `measured`: what was found. */
export function otherLimitText(measured: string): string {
  return `the rule has another limit now: ${measured}`
}

/** Why an alert ends although nobody knows any more what it fired for. `measured`: what is known. */
export function anewText(measured: string): string {
  return `the history has begun anew: ${measured}`
}

/** What has changed. */
export function changedText(before: KnownState, seen: SeenState): string {
  return `was ${before.verdict} (${seenText(before)}), is ${seen.verdict} (${seenText(seen)})`
}

/** How a group is. */
export function groupText(down: number, known: number, listed: number): string {
  const unknown = listed > known ? `, ${listed - known} unknown` : ''
  if (down > 0) return `${down} of ${listed} ${down === 1 ? 'is' : 'are'} down${unknown}`
  return unknown === '' ? `all ${listed} are up` : `none of ${listed} is down${unknown}`
}

/** How the uptime of a URL is. */
export function uptimeText(ref: RuleRef, share: number): string {
  const { below, overMs } = conditionOf(ref, 'uptime')
  const limit = share < below ? `, below ${shareText(below)}` : ''
  return `uptime of the last ${spanText(overMs)} is ${shareText(share)}${limit}`
}

function tookText({ durationMs }: SeenState): string {
  return `the last poll took ${spanText(durationMs)}`
}

/** As of the last poll: both times are of the clock of the machine. */
function expiryText({ at, certificateExpiresAt: expiresAt }: SeenState): string {
  return `certificate ${expiresAt < at ? 'expired' : 'expires'} ${distanceText(expiresAt - at)}`
}
