import { isIP } from 'node:net'
import { closestName } from './closest-name.ts'
import { parseDuration } from './durations.ts'

// Parsers of values, shared by flags, lines of lists and configurations.

/** Parses a duration of at least 1 ms, in ms. Throws a RangeError. */
export function parsePositiveDuration(text: string): number {
  const ms = parseDuration(text)
  if (ms < 1) throw new RangeError('too short: at least 1ms')
  return ms
}

/** Parses a whole number from `min` to `max`. Throws a RangeError. */
export function parseInteger(text: string, min: number, max: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(number >= min && number <= max)) throw new RangeError(`not a whole number from ${min} to ${max}`)
  return number
}

/** Parses statuses such as `200..=299,401` to inclusive ranges. Throws a RangeError that does not quote the text. */
export function parseAccept(text: string): [from: number, to: number][] {
  const parts = text.split(',')
  return parts.map((part, n) => {
    const which = parts.length === 1 ? '' : `item ${n + 1}: `
    const hundred = /^\s*([1-9])xx\s*$/i.exec(part)
    if (hundred !== null) return [Number(hundred[1]) * 100, Number(hundred[1]) * 100 + 99]
    const match = /^\s*(\d{3})(?:\.\.=(\d{3}))?\s*$/.exec(part)
    if (match === null) throw new RangeError(`${which}not a status or a range such as 200..=299 or 2xx`)
    const from = Number(match[1])
    const to = Number(match[2] ?? match[1])
    if (from < 100 || from > to) throw new RangeError(`${which}not a valid range of statuses`)
    return [from, to]
  })
}

/** Checks the address of a DNS server: `ip` or `ip:port` (`[ip]:port` for IPv6). Throws a RangeError. */
export function parseResolver(text: string): string {
  const bare = isIP(text) !== 0
  const match = /^(?:\[([^\]]+)\]|([\d.]+)):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  if (bare || (match !== null && isIP(match[1] ?? match[2] ?? '') !== 0 && port > 0 && port < 65_536))
    return text
  throw new RangeError('not an IP address with or without a port; host names are not accepted')
}

/** Parses a switch: `1`, `true`, `yes`, `on`, or `0`, `false`, `no`, `off`. Throws a RangeError. */
export function parseSwitch(text: string): boolean {
  if (/^(1|true|yes|on)$/i.test(text)) return true
  if (/^(0|false|no|off)$/i.test(text)) return false
  throw new RangeError('must be on or off')
}

/** Returns a parser that accepts one of the choices. The parser throws a RangeError. */
export function parseChoiceOf<Choice extends string>(choices: readonly Choice[]): (text: string) => Choice {
  return (text) => {
    const choice = choices.find((one) => one === text)
    if (choice !== undefined) return choice
    // Among few words, one that begins otherwise is more likely another word than a typo; so is another number.
    const [lower, first] = [text.toLowerCase(), text[0]?.toLowerCase()]
    const meant =
      choices.find((one) => one.toLowerCase() === lower) ??
      closestName(
        text,
        choices.filter((one) => one[0]?.toLowerCase() === first && /^[a-z]/i.test(one)),
      )
    const hint = meant === null ? '' : `: was ${meant} meant?`
    throw new RangeError(`must be one of ${choices.join(', ')}${hint}`)
  }
}

/** Checks the name of a file. Throws a RangeError that does not quote it: a URL may hold a password. */
export function parseFileName(text: string): string {
  if (text === '') throw new RangeError('the name is empty')
  if (text.includes('\0')) throw new RangeError('the name contains a NUL character')
  if (text.includes('\n')) throw new RangeError('several lines: give the name of a file, not its text')
  if (SCHEME.test(text)) throw new RangeError('a URL: only a file can be used here')
  return text
}

/** Checks the name of a list: a file, `-` or a URL. Throws a RangeError that does not quote it. */
export function parseListName(text: string): string {
  if (/^https?:\/\//i.test(text)) return text
  if (SCHEME.test(text)) throw new RangeError('a URL that is neither http nor https')
  return parseFileName(text)
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i
