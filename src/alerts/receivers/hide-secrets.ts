import querystring from 'node:querystring'
import { SECRET_HEADER } from '../../settings/hide-login.ts'
import { markSharedRuns, withoutMarked } from '../../settings/shared-runs.ts'
import { escapeHtml } from './escape-html.ts'

/** The shortest text that is hidden, in UTF-16 units. Of small letters alone: shorter ones are words such as `hook`, if they are parts of a value. */
const MIN_LENGTH = 4
const MIN_WORD_LENGTH = 6

/** The shortest piece of a part that is hidden where it stands alone, in UTF-16 units: an output may end within a secret, or show only its beginning. */
const MIN_PIECE = 8

/** What the parts of a value are made of. */
const NOT_OF_PART = /[^\p{L}\p{N}_.~+-]+/u

/** Words that URLs and headers of receivers have in common. They are no secret, and answers have them too. */
const COMMON_WORDS: ReadonlySet<string> = new Set(
  (
    'alert alerts api Basic Bearer close Digest enqueue false GenieKey hook hooks http https incoming invoke json manual message messages ' +
    'messages.json notes notify paths push send sendMessage services status Token triggers true webhook webhooks workflows'
  ).split(' '),
)

/** Headers that say nothing of who sends. */
const HARMLESS_HEADER = /^(?:accept|accept-(?:charset|encoding|language)|cache-control|content-[a-z]+)$/i

/** A text without secrets, also as JSON, HTML and URLs write them, in letters of any case. */
export function hide(text: string, secrets: readonly string[]): string {
  const patterns = [...new Set(secrets.map((secret) => secret.toWellFormed()))]
    .filter((secret) => secret !== '')
    .toSorted((a, b) => b.length - a.length)
    .map((secret) => Array.from(secret, patternOf).join(''))
  if (patterns.length === 0) return text
  const hidden = new Uint8Array(text.length)
  for (const { index, 0: found } of text.matchAll(new RegExp(patterns.join('|'), 'gi')))
    hidden.fill(1, index, index + found.length)
  const parts = secrets.flatMap((secret) => secret.split(NOT_OF_PART)).filter(isLongEnough)
  markSharedRuns(text, parts, MIN_PIECE, hidden)
  return withoutMarked(text, hidden, 'xxxxx')
}

/** Matches a character in each form that it may have in an answer. Letters of ASCII and digits have only one. */
function patternOf(character: string): string {
  if (/^[\da-z]$/i.test(character)) return character
  const plain = escapeRegExp(character)
  const hex = (code: number, length: number) => code.toString(16).padStart(length, '0')
  const units = Array.from({ length: character.length }, (_, at) => hex(character.charCodeAt(at), 4))
  const bytes = Array.from(Buffer.from(character), (byte) => `%${hex(byte, 2)}`)
  const code = character.codePointAt(0) as number
  const forms = [
    String.raw`\\?${plain}`,
    escapeRegExp(JSON.stringify(character).slice(1, -1)),
    units.map((unit) => String.raw`\\u${unit}`).join(''),
    bytes.join(''),
    `&#0*${code};`,
    `&#x0*${hex(code, 1)};`,
    escapeRegExp(escapeHtml(character)),
    ...(character === ' ' ? [String.raw`\+`] : []),
  ]
  return `(?:${[...new Set(forms)].join('|')})`
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
}

/**
 * What of a value may be a secret: the whole, and each part that is long enough, as a server may repeat the one that it does not know. It may be
 * percent-encoded.
 */
export function secretParts(value: string): string[] {
  const forms = [value.trim(), querystring.unescape(value).trim()]
  const parts = forms
    .flatMap((form) => [...form.split(NOT_OF_PART), ...form.split(/[^\p{L}\p{N}]+/u)])
    .map((part) => part.replace(/^[.~+-]+|[.~+-]+$/g, ''))
  const wholes = forms.filter((form) => form.length >= MIN_LENGTH && !COMMON_WORDS.has(form))
  return [...wholes, ...parts.filter(isLongEnough)]
}

function isLongEnough(part: string): boolean {
  const min = /^[a-z]+$/.test(part) ? MIN_WORD_LENGTH : MIN_LENGTH
  return part.length >= min && !COMMON_WORDS.has(part)
}

/** What of a URL may be a secret, its login apart: that of Slack is one as a whole, and some servers send its path back. */
export function secretsOfUrl(url: URL): string[] {
  const { pathname, search, searchParams } = url
  const values = [...searchParams].map(([name, value]) => (value === '' ? name : value))
  return [pathname, search, ...pathname.split('/').filter(isLongEnough), ...values].flatMap(secretParts)
}

/** The login `name:password` of a URL: without a password the name may be a token. */
export function secretsOfLogin(login: string): string[] {
  const colon = login.indexOf(':')
  const secret = login.slice(colon + 1) || login.slice(0, colon)
  return [login, secret, ...secretParts(secret), Buffer.from(login).toString('base64')]
}

/** What of a header may be a secret. */
export function secretsOfHeader(name: string, value: string): string[] {
  if (HARMLESS_HEADER.test(name) && !SECRET_HEADER.test(name)) return []
  const [, login] = /^\s*basic\s+(\S+)/i.exec(value) ?? []
  const ofLogin = login === undefined ? [] : secretsOfLogin(Buffer.from(login, 'base64').toString())
  return [...secretParts(value), ...ofLogin]
}

/** A name and its value, as in `"api_key": "…"`, `token=…` and `<token>…`. */
const NAMED_VALUE = /([\w-]+)["']?\s*[:=>]\s*(?:"([^"{}]{4,})"|'([^'{}]{4,})'|["']?([^\s"'&<>,;{}]{4,}))/g

/** Values of a body that may be secret, by their names. */
export function secretsOfBody(body: string): string[] {
  return [...body.matchAll(NAMED_VALUE)].flatMap(([, name = '', ...values]) =>
    SECRET_HEADER.test(name) ? values.flatMap((value: string | undefined) => secretParts(value ?? '')) : [],
  )
}
