import net from 'node:net'
import { LOCAL_CAUSES } from '../../state/local-causes.ts'
import { classify } from '../attempt/classify.ts'
import { failure, localFailure, withDetail } from '../attempt/attempt.ts'
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
    failure: failure('unreachable', `${LOCAL_CAUSES['no-route'].text} to ${hostPort(address, port)}`),
    noRoute,
  }
}

/** An address that was given up for others, after having had its time. */
export function connectTimeout(address: string, port: number): ConnectFailure {
  return { address, failure: failure('timeout', `no answer from ${hostPort(address, port)}`), noRoute: false }
}

/**
 * The Failure of a dial that failed at every address, with the text of each. If this machine is at fault at one of them, the
 * text names only such faults. Addresses without a route count only if there are no others: then the Failure is `local`
 * until Routes has found out whether this machine reaches other addresses.
 */
export function dialFailure(failures: readonly ConnectFailure[]): Failure {
  const all = failures.map((one) => one.failure)
  const informative = failures.filter((one) => !one.noRoute).map((one) => one.failure)
  const reason = REASON_PRIORITY.find((each) => informative.some((one) => one.reason === each))
  const decisive = informative.find((one) => one.reason === reason) ?? informative[0]
  if (decisive === undefined)
    return localFailure(
      'no-route',
      textOf(all),
      failures.map(({ address }) => address),
    )
  const isLocal = reason === 'local'
  return withDetail(decisive, textOf(isLocal ? informative.filter((one) => one.reason === reason) : all))
}

function textOf(failures: readonly Failure[]): string {
  const details = failures.slice(0, MAX_LISTED).map(({ detail }) => detail)
  if (failures.length > MAX_LISTED) details.push(`and ${failures.length - MAX_LISTED} more`)
  return details.join(', ')
}
