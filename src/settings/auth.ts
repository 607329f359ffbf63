import { awsIdentities } from './aws-identities.ts'
import { oauth2Clients } from './oauth2-clients.ts'
import { requestFiles } from './request-files.ts'
import type { CheckContents } from './request-file.ts'

/**
 * How requests identify themselves: with the secret in a file, given by its absolute path, with the token of an OAuth2 client of the
 * configuration, or with a signature of one of its AWS identities.
 */
export type Auth =
  | { readonly scheme: 'basic' | 'bearer' | 'digest'; readonly file: string }
  | { readonly scheme: 'oauth2'; readonly client: string }
  | { readonly scheme: 'aws'; readonly identity: string }

const FORMS =
  'basic:@FILE or digest:@FILE with name:password in the file, bearer:@FILE with a token, oauth2:NAME or aws:NAME'

/**
 * Parses `basic:@FILE`, `digest:@FILE`, `bearer:@FILE`, `oauth2:NAME` and `aws:NAME`. Paths are relative to `directory`; without one, the text
 * is a flag, which is read before the configuration, and `checkFlag` has to be called later. Throws a RangeError that does not quote it.
 */
export function parseAuth(text: string, directory?: string): Auth {
  const [, scheme, name = ''] = /^(oauth2|aws):(.*)$/s.exec(text) ?? []
  if (scheme === undefined) return parseFileAuth(text, directory ?? '')
  const auth: Auth = scheme === 'aws' ? { scheme, identity: name } : { scheme: 'oauth2', client: name }
  if (directory !== undefined) checkDefined(auth)
  if (auth.scheme === 'oauth2') oauth2Clients.use(name)
  return auth
}

/** Takes note of what the flag names. Throws a RangeError if the configuration does not define it. */
export function checkFlag(auth: Auth): void {
  checkDefined(auth)
  if (auth.scheme === 'oauth2') oauth2Clients.pin(auth.client)
  if (auth.scheme === 'aws') awsIdentities.pin(auth.identity)
}

/** Throws a RangeError if the configuration does not define the OAuth2 client or the AWS identity. */
function checkDefined(auth: Auth): void {
  if (auth.scheme === 'oauth2' && oauth2Clients.get(auth.client) === null)
    throw new RangeError('the configuration defines no such client under oauth2')
  if (auth.scheme === 'aws' && !awsIdentities.has(auth.identity))
    throw new RangeError('the configuration defines no such identity under aws')
}

/** Checks a file with a secret. Returns its absolute path. Throws a RangeError. */
export function parseSecretFile(file: string, directory: string): string {
  return requestFiles.open(file, directory, checkLine, true)
}

function parseFileAuth(text: string, directory: string): Auth {
  const [, scheme, file] = /^(basic|bearer|digest):(?:@(.+))?/s.exec(text) ?? []
  if (scheme === undefined) throw new RangeError(`write ${FORMS}`)
  if (file === undefined) throw new RangeError(`a secret belongs in a file: write ${scheme}:@FILE`)
  if (scheme === 'basic' || scheme === 'digest')
    return { scheme, file: requestFiles.open(file, directory, checkLogin, true) }
  return { scheme: 'bearer', file: requestFiles.open(file, directory, checkToken, true) }
}

/** Why contents are no secret of one line; null: they are one. */
export const checkLine: CheckContents = (bytes) => {
  const secret = secretOf(bytes)
  if (secret === '') return 'it is empty'
  if (/[\r\n]/.test(secret)) return 'it holds more than one line'
  return /\p{Cc}/u.test(secret) ? 'it holds a control character' : null
}

/** Why contents are no name and password; null: they are. */
export const checkLogin: CheckContents = (bytes) =>
  checkLine(bytes) ?? (secretOf(bytes).includes(':') ? null : 'it does not hold name:password')

/** Why contents are no token; null: they are one. */
export const checkToken: CheckContents = (bytes) =>
  checkLine(bytes) ??
  (/^[!-~]+$/.test(secretOf(bytes)) ? null : 'it holds a character that can not be in a token')

/** The secret in the contents of a file: without line breaks and spaces around it. */
function secretOf(bytes: Buffer): string {
  return bytes.toString().trim()
}
