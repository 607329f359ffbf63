import net from 'node:net'
import { classify } from '../attempt/classify.ts'
import { failure } from '../attempt/attempt.ts'
import type { Failure } from '../attempt/attempt.ts'
import { hostPort } from '../attempt/host-port.ts'

/** Why one address could not be connected to. */
export interface ConnectFailure {
  readonly address: string
  readonly failure: Failure
  /** It says that this machine has no way to the address, and nothing of the host. */
  readonly noRoute: boolean
}

/** What counts when addresses differ, the most certain first: ours, when one was not even asked. */
const REASON_PRIORITY: readonly Failure['reason'][] = ['local', 'refused', 'reset', 'timeout', 'unreachable']

/** Of more addresses than this, the text names the first only. */
const MAX_LISTED = 8

/** Multicast and broadcast addresses. */
const MULTICAST = /^(22[4-9]|23[0-9])\.|^255\.255\.255\.255$|^ff/

/** What the error of a socket says of the address that it went to. */
export function connectFailure(error: Error, address: string, port: number): ConnectFailure {
  const code = 'code' in error ? error.code : ''
  // Nothing has a way to a group of hosts.
  if (MULTICAST.test(address))
    return { address, failure: failure('unreachable', classify(error).detail), noRoute: false }
  const noRoute =
    code === 'ENETUNREACH' ||
    // A route that prohibits it, here or, for IPv6, at a router on the way; an address that needs a zone, or has none.
    code === 'EACCES' ||
    code === 'EINVAL' ||
    code === 'EAFNOSUPPORT' ||
    // Of an IPv6 address that it is turned off by sysctl; of an IPv4 address that the ports are used up.
    (code === 'EADDRNOTAVAIL' && net.isIPv6(address))
  if (!noRoute) return { address, failure: classify(error), noRoute }
  return {
    address,
    failure: failure('unreachable', `no way from here to ${hostPort(address, port)}`),
    noRoute,
  }
}

/** An address that was given up for others, after having had its time. */
export function connectTimeout(address: string, port: number): ConnectFailure {
  return { address, failure: failure('timeout', `no answer from ${hostPort(address, port)}`), noRoute: false }
}

/**
 * The Failure of a dial each of whose addresses failed, with a text of every cause; where it is ours, of ours only, which
 * is what that event is called. No way to one family says nothing where an address of the other answered; no way to
 * any is ours as far as can be told here: see Routes.
 */
export function dialFailure(failures: readonly ConnectFailure[]): Failure {
  const all = failures.map((one) => one.failure)
  const informative = failures.filter((one) => !one.noRoute).map((one) => one.failure)
  const reason = REASON_PRIORITY.find((each) => informative.some((one) => one.reason === each)) ?? 'local'
  const causes =
    reason === 'local' && informative.length > 0 ? informative.filter((one) => one.reason === reason) : all
  const unroutable = informative.length === 0 ? failures.map(({ address }) => address) : null
  const text = causes.slice(0, MAX_LISTED).map((one) => one.detail)
  if (causes.length > MAX_LISTED) text.push(`and ${causes.length - MAX_LISTED} more`)
  return failure(reason, text.join(', '), unroutable)
}
