import { oauth2Clients } from './oauth2-clients.ts'
import { requestFiles } from './request-files.ts'
import type { CheckContents } from './request-file.ts'

/**
 * How requests identify themselves: with the secret in a file, given by its absolute path, or with the token of an OAuth2 client of the
 * configuration.
 */
export type Auth =
  | { readonly scheme: 'basic' | 'bearer' | 'digest'; readonly file: string }
  | { readonly scheme: 'oauth2'; readonly client: string }

const FORMS =
  'basic:@FILE or digest:@FILE with name:password in the file, bearer:@FILE with a token, or oauth2:NAME'

/**
 * Parses `basic:@FILE`, `digest:@FILE`, `bearer:@FILE` and `oauth2:NAME`. Paths are relative to `directory`; without one, the text is a flag, which is
 * read before the configuration, and `checkClient` has to be called later. Throws a RangeError that does not quote it.
 */
export function parseAuth(text: string, directory?: string): Auth {
  const client = /^oauth2:(.*)$/s.exec(text)?.[1]
  if (client !== undefined) {
    if (directory !== undefined) checkClient(client)
    oauth2Clients.use(client)
    return { scheme: 'oauth2', client }
  }
  return parseFileAuth(text, directory ?? '')
}

/** Throws a RangeError if the configuration does not define this OAuth2 client. */
export function checkClient(name: string): void {
  if (oauth2Clients.get(name) === null)
    throw new RangeError('the configuration defines no such client under oauth2')
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

const checkLine: CheckContents = (bytes) => {
  const secret = secretOf(bytes)
  if (secret === '') return 'it is empty'
  if (/[\r\n]/.test(secret)) return 'it holds more than one line'
  return /\p{Cc}/u.test(secret) ? 'it holds a control character' : null
}

const checkLogin: CheckContents = (bytes) =>
  checkLine(bytes) ?? (secretOf(bytes).includes(':') ? null : 'it does not hold name:password')

const checkToken: CheckContents = (bytes) =>
  checkLine(bytes) ??
  (/^[!-~]+$/.test(secretOf(bytes)) ? null : 'it holds a character that can not be in a token')

/** The secret in the contents of a file: without line breaks and spaces around it. */
function secretOf(bytes: Buffer): string {
  return bytes.toString().trim()
}
