import { failure, isFailure } from './attempt/failure.ts'
import type { Failure } from './attempt/failure.ts'
import type { HttpResponse } from './http/exchange.ts'
import { isForwarded } from './http/transports.ts'
import type { Transport } from './http/transports.ts'
import type { ProbeResult } from './verdict/probe-result.ts'

// A request that an HTTP proxy passes on: what comes back is what the proxy says.

/** The way to a server. */
type Way = Pick<Transport, 'proxy' | 'route'>

/** Statuses with which a proxy says that it got no answer itself. */
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 503, 504])

/** Failures of a forwarded request that a proxy can cause as well as a server. */
const OF_EITHER: ReadonlySet<Failure['reason']> = new Set([
  'timeout',
  'reset',
  'closed',
  'protocol',
  'overflow',
])

/** What a proxy says when it could not make a connection, of which `refused` leaves no doubt. */
const OF_TARGET: ReadonlySet<Failure['reason']> = new Set(['timeout', 'unreachable'])

/** Whether the answer may be that of an HTTP proxy to which the request itself was sent. */
export function isGatewayError(way: Way, { hop, outcome }: ProbeResult): boolean {
  return !isFailure(outcome) && GATEWAY_STATUSES.has(outcome.status) && isForwarded(way, hop)
}

/** The result of probing a canary: what a proxy sends in the place of an answer is none. */
export function withoutGatewayErrors(way: Way, result: ProbeResult): ProbeResult {
  const { outcome } = result
  if (isFailure(outcome) || !isGatewayError(way, result)) return result
  return { ...result, outcome: failure('unreachable', statusOf(outcome)) }
}

/** How the proxy may have failed in the place of the server; null: it has not. */
export function faultOfProxy(way: Way, probe: ProbeResult): string | null {
  const { hop, outcome, redirects } = probe
  // Something behind the proxy has sent a redirect.
  if (redirects > 0) return null
  if (!isFailure(outcome)) return statusOf(outcome)
  const { reason, detail } = outcome
  if (isForwarded(way, hop)) return OF_EITHER.has(reason) ? detail : null
  return isOfDialogue(way, outcome) && OF_TARGET.has(reason) ? detail.replace(dialogueOf(way), '') : null
}

function statusOf({ status, statusText }: HttpResponse): string {
  return `${status} ${statusText}`.trimEnd()
}

/** Whether the proxy has made the connection that it was asked for, though the poll has failed. */
export function hasConnected(way: Way, { hop, outcome }: ProbeResult): boolean {
  if (!isFailure(outcome) || isForwarded(way, hop) || isOfDialogue(way, outcome)) return false
  return !BEFORE_CONNECTION.has(outcome.reason)
}

/** Failures before there was a connection to the proxy, or of the proxy itself. */
const BEFORE_CONNECTION: ReadonlySet<Failure['reason']> = new Set(['proxy', 'local', 'policy', 'dns', 'auth'])

/** Whether the proxy did not make the connection: see ProxyDialer, which names it in the detail. */
function isOfDialogue(way: Way, { detail }: Failure): boolean {
  return detail.startsWith(dialogueOf(way))
}

function dialogueOf({ proxy }: Way): string {
  return `${proxy?.name ?? ''}: `
}
