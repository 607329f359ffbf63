import net from 'node:net'
import { classify } from './classify.ts'
import { failure } from './flight.ts'
import type { Failure } from './flight.ts'

/** Why one address could not be connected to. */
export interface Refusal {
  readonly failure: Failure
  /** It says that this machine has no way to the address, and nothing of the host. */
  readonly noWay: boolean
}

/** What counts when addresses differ, the most certain first: ours, when one was not even asked. */
const ORDER: readonly Failure['reason'][] = ['local', 'refused', 'reset', 'timeout', 'unreachable']

/** What the error of a socket says of the address that it went to. */
export function refusal(error: Error, address: string): Refusal {
  const code = 'code' in error ? error.code : ''
  // With IPv6 turned off by sysctl, EADDRNOTAVAIL; for IPv4 that means that the ports are used up.
  const noWay =
    code === 'ENETUNREACH' || code === 'EAFNOSUPPORT' || (code === 'EADDRNOTAVAIL' && net.isIPv6(address))
  return { failure: classify(error), noWay }
}

/** An address that was given up for others, after having had its time. */
export function givenUp(address: string, port: number): Refusal {
  const host = net.isIPv6(address) ? `[${address}]` : address
  return { failure: failure('timeout', `no answer from ${host}:${port}`), noWay: false }
}

/**
 * The Failure of a dial each of whose addresses failed, with a text of every cause. No way to one family says nothing
 * where an address of the other answered; no way to any is ours.
 */
export function dialFailure(refusals: readonly Refusal[]): Failure {
  const detail = refusals.map((one) => one.failure.detail).join(', ')
  const told = refusals.filter((one) => !one.noWay)
  const reason = ORDER.find((reason) => told.some((one) => one.failure.reason === reason))
  return failure(reason ?? 'local', detail)
}
