import { isIP } from 'node:net'
import { parseDuration } from './durations.ts'

// The values that flags, lines of lists and configurations share.

/** A duration that has to be longer than none, in ms. Throws a RangeError. */
export function parseTime(text: string): number {
  const ms = parseDuration(text)
  if (ms < 1) throw new RangeError('too short: 1ms at least')
  return ms
}

/** A whole number from `least` to `most`. Throws a RangeError. */
export function parseWhole(text: string, least: number, most: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(number >= least && number <= most))
    throw new RangeError(`not a whole number from ${least} to ${most}`)
  return number
}

/** Statuses such as `200..=299,401`, as inclusive ranges. Throws a RangeError. */
export function parseAccept(text: string): [from: number, to: number][] {
  return text.split(',').map((part) => {
    const match = /^\s*(\d{3})(?:\.\.=(\d{3}))?\s*$/.exec(part)
    if (match === null) throw new RangeError(`"${part.trim()}" is no status and no range such as 200..=299`)
    const from = Number(match[1])
    const to = Number(match[2] ?? match[1])
    if (from < 100 || from > to) throw new RangeError(`"${part.trim()}" holds no status`)
    return [from, to]
  })
}

/** `ip` or `ip:port` (`[ip]:port` for IPv6) of a DNS server. Throws a RangeError. */
export function parseResolver(text: string): string {
  const bare = isIP(text) !== 0
  const match = /^(?:\[([^\]]+)\]|([\d.]+)):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  if (bare || (match !== null && isIP(match[1] ?? match[2] ?? '') !== 0 && port > 0 && port < 65_536))
    return text
  throw new RangeError('not an IP address, with or without a port (a name would need a resolver itself)')
}

/** Whether something is on: `1`, `true`, `yes`, `on`, or `0`, `false`, `no`, `off`. Throws a RangeError. */
export function parseSwitch(text: string): boolean {
  if (/^(1|true|yes|on)$/i.test(text)) return true
  if (/^(0|false|no|off)$/i.test(text)) return false
  throw new RangeError('neither on nor off')
}

/** The method of a poll. Throws a RangeError. */
export function parseMethod(text: string): 'HEAD' | 'GET' {
  if (text === 'HEAD' || text === 'GET') return text
  throw new RangeError('neither HEAD nor GET')
}
