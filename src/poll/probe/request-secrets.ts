import { basicAuthorization } from '../../settings/basic-authorization.ts'
import type { ProbeAuth } from '../../settings/probe-module.ts'
import type { RequestData } from '../../settings/request-data.ts'
import type { RequestValues } from '../http/request-values.ts'

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
