import net from 'node:net'
import { classify } from './classify.ts'
import { failure } from './flight.ts'
import type { Failure } from './flight.ts'
import { hostPort } from './host-port.ts'

/** Why one address could not be connected to. */
export interface Refusal {
  readonly address: string
  readonly failure: Failure
  /** It says that this machine has no way to the address, and nothing of the host. */
  readonly noWay: boolean
}

/** What counts when addresses differ, the most certain first: ours, when one was not even asked. */
const ORDER: readonly Failure['reason'][] = ['local', 'refused', 'reset', 'timeout', 'unreachable']

/** Of more addresses than this, the text names the first only. */
const MAX_TOLD = 8

/** Multicast and broadcast addresses. */
const MULTICAST = /^(22[4-9]|23[0-9])\.|^255\.255\.255\.255$|^ff/

/** What the error of a socket says of the address that it went to. */
export function refusal(error: Error, address: string, port: number): Refusal {
  const code = 'code' in error ? error.code : ''
  // Nothing has a way to a group of hosts.
  if (MULTICAST.test(address))
    return { address, failure: failure('unreachable', classify(error).detail), noWay: false }
  const noWay =
    code === 'ENETUNREACH' ||
    // A route that prohibits it, here or, for IPv6, at a router on the way; an address that needs a zone, or has none.
    code === 'EACCES' ||
    code === 'EINVAL' ||
    code === 'EAFNOSUPPORT' ||
    // Of an IPv6 address that it is turned off by sysctl; of an IPv4 address that the ports are used up.
    (code === 'EADDRNOTAVAIL' && net.isIPv6(address))
  if (!noWay) return { address, failure: classify(error), noWay }
  return { address, failure: failure('unreachable', `no way from here to ${hostPort(address, port)}`), noWay }
}

/** An address that was given up for others, after having had its time. */
export function givenUp(address: string, port: number): Refusal {
  return { address, failure: failure('timeout', `no answer from ${hostPort(address, port)}`), noWay: false }
}

/**
 * The Failure of a dial each of whose addresses failed, with a text of every cause; where it is ours, of ours only, which
 * is what that event is called. No way to one family says nothing where an address of the other answered; no way to
 * any is ours as far as can be told here: see Routes.
 */
export function dialFailure(refusals: readonly Refusal[]): Failure {
  const all = refusals.map((one) => one.failure)
  const told = refusals.filter((one) => !one.noWay).map((one) => one.failure)
  const reason = ORDER.find((each) => told.some((one) => one.reason === each)) ?? 'local'
  const causes = reason === 'local' && told.length > 0 ? told.filter((one) => one.reason === reason) : all
  const noWayTo = told.length === 0 ? refusals.map(({ address }) => address) : null
  const text = causes.slice(0, MAX_TOLD).map((one) => one.detail)
  if (causes.length > MAX_TOLD) text.push(`and ${causes.length - MAX_TOLD} more`)
  return failure(reason, text.join(', '), noWayTo)
}
