import { isFailure } from './attempt/failure.ts'
import type { Failure } from './attempt/failure.ts'
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

/** Whether the answer may be that of an HTTP proxy to which the request itself was sent. */
export function isGatewayError(way: Way, { hop, outcome }: ProbeResult): boolean {
  return !isFailure(outcome) && GATEWAY_STATUSES.has(outcome.status) && isForwarded(way, hop)
}

/** How the proxy may have failed in the place of the server; null: it has not. */
export function faultOfProxy(way: Way, { hop, outcome, redirects }: ProbeResult): string | null {
  // Something behind the proxy has sent a redirect.
  if (redirects > 0) return null
  if (!isFailure(outcome)) return `${outcome.status} ${outcome.statusText}`.trimEnd()
  // Of connections through a proxy, this one it could not make.
  const isDoubtful = isForwarded(way, hop) ? OF_EITHER.has(outcome.reason) : outcome.reason === 'unreachable'
  return isDoubtful ? outcome.detail : null
}
