import { SECRET_HEADER } from '../../settings/hide-login.ts'
import type { ProxySetting } from '../../settings/proxy.ts'
import type { UrlOptions } from '../../settings/url-options.ts'
import type { RequestExtras } from './custom-request.ts'
import { percentDecoded } from './request.ts'

/** How much of the body of a request is known again, in bytes: each text of a server is compared with it. */
const MAX_BODY = 65_536

/** Shorter values in a body are shown, in UTF-16 units: they are words such as `json`, which an answer has too. */
const MIN_VALUE = 6

/** What requests keep secret at a time: the files behind it and tokens change, also while a poll is in flight. */
export interface SentSecrets {
  readonly secrets: readonly string[]
  /** The body of the request; null for none. */
  readonly body: Buffer | null
}

const NONE: SentSecrets = { secrets: [], body: null }

/** What requests keep secret now, apart from settings. `extras`: null for plain requests. */
export function sentSecrets(extras: RequestExtras | null): SentSecrets {
  return extras === null ? NONE : { secrets: secretsOf(extras), body: extras.content?.bytes ?? null }
}

/** The secrets that requests are sent with, also as they stand in a URL and in JSON: passwords, tokens and what Basic makes of them. */
function secretsOf({ auth, digest, token, aws }: RequestExtras): string[] {
  const secrets: string[] = []
  if (auth !== null) {
    const text = auth.secret.bytes.toString().trim()
    if (auth.scheme === 'basic') secrets.push(...secretsOfLogin(text))
    else secrets.push(text)
  }
  if (digest !== null) secrets.push(passwordOf(digest.login))
  if (token !== null) secrets.push(token.value.bytes.toString().trim())
  if (aws !== null) secrets.push(...aws.secrets)
  return inAllForms(secrets)
}

/** The secrets in settings: values of headers such as Authorization and Cookie, and the passwords of proxies. */
export function secretsOfSettings({ headers, proxy }: Pick<UrlOptions, 'headers' | 'proxy'>): string[] {
  const ofHeaders = headers.flatMap(([name, value]) =>
    SECRET_HEADER.test(name) ? secretsOfHeader(name, value) : [],
  )
  return inAllForms([...ofHeaders, ...secretsOfProxy(proxy)])
}

/** The password in a URL, or the name without one, which may be a token. */
export function secretsOfUrl(url: string): string[] {
  const { username, password } = new URL(url)
  if (username === '' && password === '') return []
  return inAllForms(secretsOfLogin(`${percentDecoded(username)}:${percentDecoded(password)}`))
}

/** The values in the body of a request: of JSON its texts and numbers, of a form what stands behind each `=`, else its words. */
export function secretsOfBody(bytes: Buffer): string[] {
  const text = bytes.toString('utf8', 0, MAX_BODY)
  return inAllForms(valuesIn(text).filter(({ length }) => length >= MIN_VALUE))
}

function valuesIn(text: string): string[] {
  const values: string[] = []
  try {
    JSON.parse(text, (_, value: unknown) => {
      if (typeof value === 'string' || typeof value === 'number') values.push(String(value))
    })
    return values
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error
  }
  if (/\s/.test(text.trim())) return text.split(/\s+/)
  const raw = text
    .trim()
    .split('&')
    .map((field) => field.slice(field.indexOf('=') + 1))
  return [...raw, ...raw.map((value) => percentDecoded(value.replaceAll('+', ' ')))]
}

function secretsOfLogin(login: string): string[] {
  return [passwordOf(login), Buffer.from(login).toString('base64')]
}

/** Of `Authorization: Bearer x` and `Cookie: name=x` it is x that is secret, of other headers the whole value. */
function secretsOfHeader(name: string, value: string): string[] {
  if (/cookie/i.test(name))
    return value.split(';').map((part) => part.replace(/^\s*[\w.-]+=(?=[^=])/, '').trim())
  if (!/auth/i.test(name)) return [value.trim()]
  const secret = value.trim().replace(/^\S+\s+/, '')
  return /^\s*basic\s/i.test(value)
    ? [secret, passwordOf(Buffer.from(secret, 'base64').toString())]
    : [secret]
}

function secretsOfProxy(proxy: ProxySetting | null): string[] {
  return [proxy?.forHttp, proxy?.forOthers].flatMap((one) => {
    const login = one?.credentials ?? null
    return login === null ? [] : secretsOfLogin(`${login.username}:${login.password}`)
  })
}

function inAllForms(secrets: readonly string[]): string[] {
  const forms = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret.toWellFormed()),
    JSON.stringify(secret).slice(1, -1),
  ])
  return [...new Set(forms)]
}

/** The password of `name:password`; without one the name, which may be a token. */
function passwordOf(login: string): string {
  const colon = login.indexOf(':')
  const password = login.slice(colon + 1)
  return password === '' ? login.slice(0, colon) : password
}
