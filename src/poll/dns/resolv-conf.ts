import net from 'node:net'

/** The contents of a resolv.conf: how to look names up. */
export interface ResolvConf {
  /** IP addresses, with the zone id if there is one. */
  readonly servers: readonly string[]
  /** Search domains, without leading and trailing dots; '' is the root. */
  readonly search: readonly string[]
  /** A name with at least this many dots is looked up as it is before the search domains are tried. */
  readonly ndots: number
  /** Time for one round of all servers, in ms. */
  readonly timeoutMs: number
  /** Number of rounds before a lookup fails. */
  readonly attempts: number
  /** Whether each question starts with another server. */
  readonly rotate: boolean
}

// The defaults and limits of glibc (resolv.conf(5), resolv.h).
const MAX_SERVERS = 3
const DEFAULT_SERVER = '127.0.0.1'
const DEFAULTS = { ndots: 1, timeout: 5, attempts: 2 }
const CAPS = { ndots: 15, timeout: 30, attempts: 5 }

/**
 * Parses a resolv.conf(5). Lines that it does not understand are skipped. `hostname` is the name of this machine: its domain is
 * the search domain if the file names none.
 */
export function parseResolvConf(text: string, hostname: string): ResolvConf {
  const servers: string[] = []
  let search: string[] | null = null
  const options = { ...DEFAULTS }
  let rotate = false
  for (const line of text.split('\n')) {
    const [keyword, ...values] = line.trim().split(/\s+/)
    const [value = ''] = values
    if (keyword === 'nameserver' && net.isIP(value) !== 0 && servers.length < MAX_SERVERS) servers.push(value)
    if (keyword === 'domain' && value !== '') search = [value]
    if (keyword === 'search' && value !== '') search = values
    if (keyword === 'options') {
      readOptions(values, options)
      rotate ||= values.includes('rotate')
    }
  }
  const dot = hostname.indexOf('.')
  search ??= dot === -1 ? [] : [hostname.slice(dot + 1)]
  return {
    servers: servers.length === 0 ? [DEFAULT_SERVER] : servers,
    search: search.map((domain) => domain.replace(/^\.|\.$/g, '')),
    ndots: options.ndots,
    timeoutMs: Math.max(options.timeout, 1) * 1e3,
    attempts: Math.max(options.attempts, 1),
    rotate,
  }
}

function readOptions(words: readonly string[], options: typeof DEFAULTS): void {
  for (const word of words) {
    const match = /^(ndots|timeout|attempts):(\d+)$/.exec(word)
    if (match === null) continue
    const name = match[1] as keyof typeof DEFAULTS
    options[name] = Math.min(Number(match[2]), CAPS[name])
  }
}
