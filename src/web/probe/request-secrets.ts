import { basicAuthorization } from '../../settings/basic-authorization.ts'
import { SECRET_HEADER } from '../../settings/hide-login.ts'
import { oauth2Key } from '../../settings/oauth2-clients.ts'
import type { HttpProbeRules, ProbeAuth, ProbeRules } from '../../settings/probe-module.ts'
import type { RequestData } from '../../settings/request-data.ts'
import type { RequestValues } from '../../poll/http/request-values.ts'

/** A text that may come from a file, as it is now. */
export type TextNow = () => string

/** The text of a setting. Line breaks at the end of a file do not belong to it. */
export function textOf(data: RequestData, values: RequestValues): TextNow {
  if ('text' in data) return () => data.text
  const value = values.of(data.file)
  return () => value.bytes.toString().trim()
}

/** The header Authorization; null for none, and for a token of OAuth2. */
export function authorizationOf(auth: ProbeAuth | null, values: RequestValues): TextNow | null {
  if (auth === null || auth.type === 'oauth2') return null
  if (auth.type === 'basic') {
    const [username, password] = [textOf(auth.username, values), textOf(auth.password, values)]
    return () => basicAuthorization(`${username()}:${password()}`)
  }
  const credentials = textOf(auth.credentials, values)
  return () => `${auth.scheme} ${credentials()}`
}

/** A shorter secret, in UTF-16 units, is not hidden where a server repeats it: it may be anything. */
const MIN_SECRET = 4

/** Secrets that may come from files or be tokens, as they are now. */
export type SecretsNow = () => readonly string[]

/** The secrets with which requests of a module are sent, with what Basic makes of them. */
export function secretsOfModule(rules: ProbeRules, values: RequestValues): SecretsNow {
  if (rules.prober !== 'http') return () => []
  const ofAuth = secretsOfAuth(rules.auth, values)
  const ofProxy = secretsOfProxy(rules)
  const headers = rules.headers.filter(([name]) => SECRET_HEADER.test(name))
  const ofHeaders = headers.map(([, data]) => textOf(data, values))
  return () => {
    const secrets = [...ofAuth(), ...ofProxy, ...ofHeaders.flatMap((text) => words(text()))]
    const encoded = secrets.map((secret) => encodeURIComponent(secret.toWellFormed()))
    return [...secrets, ...encoded].filter(({ length }) => length >= MIN_SECRET)
  }
}

function secretsOfAuth(auth: ProbeAuth | null, values: RequestValues): SecretsNow {
  if (auth === null) return () => []
  if (auth.type === 'oauth2') {
    const token = values.of(oauth2Key(auth.client))
    return () => [token.bytes.toString().trim()]
  }
  if (auth.type === 'header') {
    const credentials = textOf(auth.credentials, values)
    return () => [credentials()]
  }
  const [name, password] = [textOf(auth.username, values), textOf(auth.password, values)]
  return () => [password(), Buffer.from(`${name()}:${password()}`).toString('base64')]
}

function secretsOfProxy({ proxy, proxyHeaders }: HttpProbeRules): string[] {
  const logins = [proxy?.forHttp, proxy?.forOthers].map((one) => one?.credentials ?? null)
  const passwords = logins.flatMap((login) =>
    login === null
      ? []
      : [login.password, Buffer.from(`${login.username}:${login.password}`).toString('base64')],
  )
  return [...passwords, ...proxyHeaders.flatMap(([, value]) => words(value))]
}

/** A value such as `Bearer x` is a secret from its second word on. */
function words(value: string): string[] {
  return [value, value.replace(/^\S+\s+/, '')]
}
