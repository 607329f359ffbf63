import { isIP } from 'node:net'
import { parseDuration } from './durations.ts'

// The values that flags, lines of lists and configurations share.

/** A duration that has to be longer than none, in ms. Throws a RangeError. */
export function parsePositiveDuration(text: string): number {
  const ms = parseDuration(text)
  if (ms < 1) throw new RangeError('too short: 1ms at least')
  return ms
}

/** A whole number from `least` to `most`. Throws a RangeError. */
export function parseInteger(text: string, min: number, max: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(number >= min && number <= max)) throw new RangeError(`not a whole number from ${min} to ${max}`)
  return number
}

/** Statuses such as `200..=299,401`, as inclusive ranges. Throws a RangeError, without the text. */
export function parseAccept(text: string): [from: number, to: number][] {
  const parts = text.split(',')
  return parts.map((part, n) => {
    const which = parts.length === 1 ? '' : `item ${n + 1}: `
    const match = /^\s*(\d{3})(?:\.\.=(\d{3}))?\s*$/.exec(part)
    if (match === null) throw new RangeError(`${which}no status and no range such as 200..=299`)
    const from = Number(match[1])
    const to = Number(match[2] ?? match[1])
    if (from < 100 || from > to) throw new RangeError(`${which}it holds no status`)
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

/** Takes one of the choices, as it is written there. What it returns throws a RangeError. */
export function parseChoiceOf<Choice extends string>(choices: readonly Choice[]): (text: string) => Choice {
  return (text) => {
    const choice = choices.find((one) => one === text)
    if (choice !== undefined) return choice
    throw new RangeError(`allowed choices are ${choices.join(', ')}`)
  }
}

/** The name of a file. Throws a RangeError, without the name: a URL may hold a password. */
export function parseFileName(text: string): string {
  if (text === '') throw new RangeError('an empty name')
  if (text.includes('\0')) throw new RangeError('a name with a NUL')
  if (text.includes('\n'))
    throw new RangeError('several lines: the name of a file belongs here, not its text')
  if (SCHEME.test(text)) throw new RangeError('a URL, and only a file can be used here')
  return text
}

/** The name of a list: a file, `-`, or a URL. Throws a RangeError, without the name. */
export function parseListName(text: string): string {
  if (/^https?:\/\//i.test(text)) return text
  if (SCHEME.test(text)) throw new RangeError('a URL that is neither http nor https')
  return parseFileName(text)
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i

/** The method of a poll. Throws a RangeError. */
export function parseMethod(text: string): 'HEAD' | 'GET' {
  if (text === 'HEAD' || text === 'GET') return text
  throw new RangeError('neither HEAD nor GET')
}
