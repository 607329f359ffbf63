import net from 'node:net'
import { LOCAL_CAUSES } from '../../state/local-causes.ts'
import { classify } from '../attempt/classify.ts'
import { explainedFailure, failure, localFailure, withDetail } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import { hostPort } from '../attempt/host-port.ts'

/** Why the connection to one address failed. */
export interface ConnectFailure {
  readonly address: string
  readonly failure: Failure
  /** This machine has no route to the address. That says nothing about the host. */
  readonly noRoute: boolean
}

/** Which reason counts if addresses failed for different reasons, the most certain one first. */
const REASON_PRIORITY: readonly Failure['reason'][] = ['local', 'refused', 'reset', 'timeout', 'unreachable']

/** Maximum number of addresses that the text names. */
const MAX_LISTED = 8

/** Multicast and broadcast addresses. */
const MULTICAST = /^(22[4-9]|23[0-9])\.|^255\.255\.255\.255$|^ff/

/** The failure that a socket error means for the address. `source`: the local address or interface; null: any. */
export function connectFailure(
  error: Error,
  address: string,
  port: number,
  source: string | null = null,
): ConnectFailure {
  const code = 'code' in error ? error.code : ''
  // EINVAL: from a loopback address to another network.
  if (source !== null && (code === 'EADDRNOTAVAIL' || code === 'EINVAL'))
    return {
      address,
      failure: explainedFailure('no-source', `${source} to ${address}`),
      noRoute: false,
    }
  // A group of hosts is unreachable from everywhere.
  if (MULTICAST.test(address))
    return { address, failure: failure('unreachable', classify(error).detail), noRoute: false }
  const noRoute =
    code === 'ENETUNREACH' ||
    // A `prohibit` route, on this machine or, for IPv6, at a router on the way.
    code === 'EACCES' ||
    // A link-local IPv6 address, which needs a zone id.
    code === 'EINVAL' ||
    // A kernel without IPv6.
    code === 'EAFNOSUPPORT' ||
    // For IPv6 this means that sysctl turns it off; for IPv4, that the local ports are used up.
    (code === 'EADDRNOTAVAIL' && net.isIPv6(address))
  if (!noRoute) return { address, failure: classify(error), noRoute }
  return {
    address,
    failure: failure('unreachable', `${LOCAL_CAUSES['no-route'].text} to ${hostPort(address, port)}`),
    noRoute,
  }
}

/** The failure of an address that did not answer and was given up in favour of the next one. */
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
