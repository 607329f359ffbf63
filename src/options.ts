import { validateHeaderName, validateHeaderValue } from 'node:http'
import { isIP } from 'node:net'
import { parseDuration } from './durations.ts'
import type { PollOptions } from './poll/options.ts'
import type { Format } from './print/options.ts'
import type { Url } from './resource/resource.ts'
import type { Cadence } from './schedule/delay.ts'
import { parseUrl } from './targets/url.ts'

/** All that a person can ask for, checked. Times in ms. */
export interface Options extends Cadence {
  /** URLs given as arguments, not checked yet. */
  readonly urls: readonly string[]
  /** Lists to read, `-` for standard input. */
  readonly files: readonly string[]
  /** Poller threads. */
  readonly poolSize: number
  /** Descriptors that the process may have open. */
  readonly descriptors: number
  readonly statusIntervalMs: number
  /** End after this long; null: never. */
  readonly durationMs: number | null
  readonly format: Format
  /** A file that gets the results as well; null: none. */
  readonly output: string | null
  /** Take over a list that has lost more than half of its URLs. */
  readonly allowShrink: boolean
  /** Print a State only when verdict, reason or status differs from that URL's last. */
  readonly changes: boolean
  /** List those URLs alone that are not up. */
  readonly brief: boolean
  /** Show on standard error how far the run is. */
  readonly progress: boolean
  /** Poll each URL once, then end. */
  readonly once: boolean
  /** Read the lists and say what is wrong with them, no more. */
  readonly check: boolean
  /** Say what the list at its interval asks of this machine, no more. */
  readonly plan: boolean
  /** Poll a small site of our own. */
  readonly demo: boolean
  readonly poll: PollOptions
}

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

/** What the exchange of a poll decides by itself. */
const OURS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
])

/** A header such as `accept: text/html`. Throws a RangeError. */
export function parseHeader(text: string): [name: string, value: string] {
  const colon = text.indexOf(':')
  if (colon < 1) throw new RangeError('not a header such as "name: value"')
  const name = text.slice(0, colon).trim()
  const value = text.slice(colon + 1).trim()
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
  } catch (cause) {
    throw new RangeError('a character that a header may not hold', { cause })
  }
  if (name.toLowerCase() === 'user-agent') throw new RangeError('use --user-agent for this one')
  if (OURS.has(name.toLowerCase())) throw new RangeError(`${name} can't be set`)
  return [name, value]
}

/** A user agent's name. Throws a RangeError. */
export function parseUserAgent(text: string): string {
  return parseHeader(`x: ${text}`)[1]
}

/** A URL as a list may hold it. Throws a RangeError. */
export function parseCanary(text: string): Url {
  const parsed = parseUrl(text)
  if ('url' in parsed) return parsed.url
  throw new RangeError(`no URL that can be polled: ${parsed.why}`)
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
