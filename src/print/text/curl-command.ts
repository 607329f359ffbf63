import { durationMs } from './duration-ms.ts'

/** What stands for a secret. */
const HIDDEN = '…'

/** A command for a shell. */
export interface CurlCommand {
  readonly text: string
  /** The same as words that are not quoted. */
  readonly words: readonly string[]
  /** False: it asks about the same, since curl has no word for something, or it is not known. */
  readonly isSame: boolean
}

/** A setting of a URL as words for curl, unquoted; null: curl has none for it. */
type Translation = (value: string, url: URL) => readonly string[] | null

const onlyIf =
  (wanted: string, ...words: readonly string[]): Translation =>
  (value) =>
    value === wanted ? words : []

/** The settings that are part of a request. Of files, only the names are known. */
const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  timeout: (value) => ['--max-time', secondsOf(value)],
  'user-agent': (value) => ['--user-agent', value],
  // curl names a Content-Type of its own.
  data: (value) => ['--data-binary', value.startsWith('@') ? `@${HIDDEN}/${value.slice(1)}` : value],
  auth: authWords,
  insecure: onlyIf('on', '--insecure'),
  cacert: (value) => ['--cacert', value],
  cert: (value) => ['--cert', `${HIDDEN}/${value}`],
  key: (value) => ['--key', `${HIDDEN}/${value}`],
  'min-tls': (value) => [`--tlsv${value}`],
  'server-name': () => null,
  resolve: (value, { protocol, hostname, port }) => {
    const usual = protocol === 'https:' ? '443' : '80'
    const addresses = value.split(',').map((one) => (one.includes(':') ? `[${one}]` : one))
    return ['--resolve', `${hostname}:${port === '' ? usual : port}:${addresses.join()}`]
  },
  ipv: (value) => (value === 'both' ? null : value === 'any' ? [] : [`--ipv${value}`]),
  source: (value) => ['--interface', value],
  proxy: (value) => (value === 'env' ? null : value === 'none' ? ['--noproxy', '*'] : ['--proxy', value]),
  unix: (value) => ['--unix-socket', value],
  resolver: () => null,
}

/**
 * Settings that say when to ask or what the answer must be like, and those that `curlCommand` handles by itself. A setting that is in neither
 * table makes the command `about the same`.
 */
const WITHOUT_WORDS: ReadonlySet<string> = new Set(
  [
    'interval error-backoff max-backoff keep-alive recheck get-fallback',
    'accept want down-after up-after parent response body body-not json',
    'body-limit max-size max-time cert-days cert-sha256 spki-sha256',
    'method http2 max-redirects',
  ].flatMap((names) => names.split(' ')),
)

/** What a URL was last asked. */
interface Asked {
  readonly url: string
  /** Null: it was not asked yet. */
  readonly method: string | null
  readonly redirects: number | null
  /** All settings of the URL, as a line of a list has them; null: not known. */
  readonly settings: readonly string[] | null
}

/** The command that asks what a poll asks; null for URLs that curl cannot ask alike. */
export function curlCommand(row: Asked): CurlCommand | null {
  if (!/^https?:/i.test(row.url)) return null
  const { method, redirects } = row
  const settings = (row.settings ?? []).map(parseSetting)
  const valueOf = (name: string) => settings.find(([one]) => one === name)?.[1]
  const url = new URL(row.url)
  url.hash = ''
  let isSame = row.settings !== null
  const words = methodWords(method, valueOf('data') !== undefined)
  if (url.protocol === 'https:') words.push(valueOf('http2') === 'on' ? '--http2' : '--http1.1')
  if ((redirects ?? 0) > 0) words.push('--location', '--max-redirs', valueOf('max-redirects') ?? '10')
  for (const [name, value] of settings) {
    const added = wordsOf(name, value, url)
    if (added === null) isSame = false
    else words.push(...added)
  }
  const hasType = settings.some(([name]) => name.toLowerCase() === 'header.content-type')
  if (valueOf('data') !== undefined && !hasType) isSame = false
  const all = ['curl', ...words, url.href]
  return { text: all.map(quote).join(' '), words: all, isSame }
}

function wordsOf(name: string, value: string, url: URL): readonly string[] | null {
  const [kind = name, ...rest] = name.split('.')
  if (kind === 'header') return ['--header', `${rest.join('.')}: ${value}`]
  return WITHOUT_WORDS.has(kind) ? [] : (TRANSLATIONS[name]?.(value, url) ?? null)
}

function secondsOf(duration: string): string {
  return String(Math.round(durationMs(duration)) / 1_000)
}

function methodWords(method: string | null, hasData: boolean): string[] {
  if (method === null || method === 'HEAD') return ['--head']
  if (method === 'GET' && !hasData) return ['--include']
  return method === 'POST' && hasData ? ['--include'] : ['--include', '--request', method]
}

function authWords(value: string): readonly string[] | null {
  const [scheme] = value.split(':')
  if (scheme === 'basic') return ['--user', HIDDEN]
  if (scheme === 'digest') return ['--digest', '--user', HIDDEN]
  return scheme === 'bearer' || scheme === 'oauth2' ? ['--oauth2-bearer', HIDDEN] : null
}

/** The name and the value of a setting on a line, whose value can be in quotes. */
function parseSetting(text: string): readonly [name: string, value: string] {
  const [, name = text, value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? []
  const [, quoteMark = '', inner = ''] = /^(["'])(.*)\1$/s.exec(value) ?? []
  if (quoteMark === '') return [name, value]
  return [name, quoteMark === "'" ? inner : inner.replaceAll(/\\(["\\])/g, '$1')]
}

/** A word for a POSIX shell. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
