import net from 'node:net'
import { failure } from './flight.ts'
import type { Failure } from './flight.ts'

/** One address that could not be connected to, and the `code` of the system's error. */
export interface Refusal {
  readonly address: string
  readonly code: string
}

/** Ours whatever other addresses said: nothing was sent to this one. */
const OURS = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM', 'EAGAIN', 'EACCES', 'EPERM'])

/** This machine has no way to that family, or to anywhere: says nothing where another address said something. */
const NO_WAY = new Set(['ENETUNREACH', 'EAFNOSUPPORT', 'ENETDOWN'])

/** What the network said, the most certain first. */
const REASONS = new Map<string, Failure['reason']>([
  ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'reset'],
  ['ETIMEDOUT', 'timeout'],
])

/** The Failure of a dial, after each of its addresses failed: its reason, and a text of every cause with its addresses. */
export function dialFailure(refusals: readonly Refusal[], port: number): Failure {
  const detail = text(refusals, port)
  const said = refusals.filter((refusal) => !isNoWay(refusal))
  if (said.length === 0 || said.some(({ code }) => OURS.has(code))) return failure('local', detail)
  for (const [code, reason] of REASONS) {
    if (said.some((refusal) => refusal.code === code)) return failure(reason, detail)
  }
  return failure('unreachable', detail)
}

// IPv6 turned off by sysctl says EADDRNOTAVAIL of every address; for IPv4 it means that the ports are used up.
function isNoWay({ address, code }: Refusal): boolean {
  return NO_WAY.has(code) || (code === 'EADDRNOTAVAIL' && net.isIPv6(address))
}

function text(refusals: readonly Refusal[], port: number): string {
  const groups = Map.groupBy(refusals, ({ code }) => code)
  const texts = groups
    .entries()
    .map(([code, same]) => `${code} ${same.map((one) => hostPort(one.address, port)).join(' ')}`)
  return [...texts].join(', ')
}

function hostPort(address: string, port: number): string {
  return net.isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`
}
