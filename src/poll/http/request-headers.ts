import { isFailure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import { INVALID_HEADER } from './response-failures.ts'

/** Matches a header value that can be sent over HTTP/1 and HTTP/2. */
export const VALID_HEADER_VALUE = /^[\t -~\x80-\xff]*$/

const NAME = /^[\w!#$%&'*+.^`|~-]+$/

/** Names (in lower case) and values of headers, alternately. */
export type HeaderList = readonly string[]

/** What a request has besides those that follow from its URL. */
export interface HeaderOptions {
  /** Sent to the URL's own origin only. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly userAgent: string
}

/** The headers of requests. */
export interface RequestHeaders {
  /** To the origin of the URL. */
  readonly home: HeaderList
  /** To where it redirects. */
  readonly away: HeaderList
}

/** Headers as lines of HTTP/1, from the end of the line that names the host up to the end of the head. */
interface HeaderLines {
  /** A header `host` replaces that of the URL; null: there is none. */
  readonly host: string | null
  readonly ifKept: string
  readonly ifClosed: string
}

/** The headers of requests with these options. */
export function headersOf(options: HeaderOptions): RequestHeaders {
  const away = ['accept', '*/*', 'user-agent', options.userAgent]
  const home = [...away]
  for (const [name, value] of options.headers) addCustom(home, name.toLowerCase(), value)
  return { home, away }
}

const sharedLists = new WeakSet<HeaderList>()

/** The same for options that many requests have: what is made of these lists is remembered. */
export function sharedHeaders(options: HeaderOptions): RequestHeaders {
  const shared = headersOf(options)
  for (const list of [shared.home, shared.away]) sharedLists.add(list)
  return shared
}

/** A function of headers that remembers its results for those that requests share. */
export function rememberShared<Made>(make: (headers: HeaderList) => Made): (headers: HeaderList) => Made {
  const known = new WeakMap<HeaderList, Made>()
  return (headers) => {
    const before = known.get(headers)
    if (before !== undefined) return before
    const made = make(headers)
    if (sharedLists.has(headers)) known.set(headers, made)
    return made
  }
}

/** Headers of which a request has one: another of the same name replaces it. */
const SINGLE: ReadonlySet<string> = new Set(['accept', 'user-agent', 'authorization'])

function addCustom(headers: string[], name: string, value: string): void {
  const at = SINGLE.has(name) ? indexOfName(headers, name) : -1
  if (at !== -1) headers.splice(at, 2)
  headers.push(name, value)
}

/** Adds the login of a URL, unless a custom header is one. */
export function withAuthorization(headers: HeaderList, authorization: string): HeaderList {
  const isThere = indexOfName(headers, 'authorization') !== -1
  return isThere ? headers : [...headers, 'authorization', authorization]
}

function indexOfName(headers: HeaderList, name: string): number {
  return headers.findIndex((other, at) => at % 2 === 0 && other === name)
}

/** The head of a request from the host on. Failure: `local`. */
export function endOfHead(headers: HeaderList, host: string, keepAlive: boolean): string | Failure {
  const lines = linesOf(headers)
  if (isFailure(lines)) return lines
  return (lines.host ?? host) + (keepAlive ? lines.ifKept : lines.ifClosed)
}

const linesOf = rememberShared((headers): HeaderLines | Failure => {
  const checked = checkedHeaders(headers, NAME)
  if (isFailure(checked)) return checked
  const { host, others } = checked
  const lines = others.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const end = (connection: string) => `\r\nconnection: ${connection}\r\n${lines}\r\n`
  return { host, ifKept: end('keep-alive'), ifClosed: end('close') }
})

/**
 * The value of the header `host`, null if there is none, and all other headers. They were checked when they were read; the checks here make sure
 * that no request can be split by a line break. Failure: `local`.
 */
export function checkedHeaders(
  headers: HeaderList,
  validName: RegExp,
): { readonly host: string | null; readonly others: (readonly [name: string, value: string])[] } | Failure {
  let host: string | null = null
  const others: (readonly [name: string, value: string])[] = []
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] as string
    const value = headers[at + 1] as string
    if (!validName.test(name) || !VALID_HEADER_VALUE.test(value)) return INVALID_HEADER
    if (name === 'host') host = value
    else others.push([name, value])
  }
  return { host, others }
}
