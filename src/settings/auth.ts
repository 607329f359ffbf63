import { requestFiles } from './request-files.ts'
import type { CheckContents } from './request-files.ts'

/** How requests identify themselves, with the secret in a file, given by its absolute path. */
export interface Auth {
  readonly scheme: 'basic' | 'bearer'
  readonly file: string
}

const FORMS = 'basic:@FILE with name:password in the file, or bearer:@FILE with a token'

/** Parses `basic:@FILE` and `bearer:@FILE`. Paths are relative to `directory`. Throws a RangeError that does not quote it. */
export function parseAuth(text: string, directory = ''): Auth {
  const [, scheme, file] = /^(basic|bearer):(?:@(.+))?/s.exec(text) ?? []
  if (scheme === undefined) throw new RangeError(`write ${FORMS}`)
  if (file === undefined) throw new RangeError(`a secret belongs in a file: write ${scheme}:@FILE`)
  if (scheme === 'basic') return { scheme, file: requestFiles.open(file, directory, checkLogin, true) }
  return { scheme: 'bearer', file: requestFiles.open(file, directory, checkToken, true) }
}

const checkLogin: CheckContents = (bytes) =>
  checkLine(bytes) ?? (secretOf(bytes).includes(':') ? null : 'it does not hold name:password')

const checkToken: CheckContents = (bytes) =>
  checkLine(bytes) ??
  (/^[!-~]+$/.test(secretOf(bytes)) ? null : 'it holds a character that can not be in a token')

function checkLine(bytes: Buffer): string | null {
  const secret = secretOf(bytes)
  if (secret === '') return 'it is empty'
  if (/[\r\n]/.test(secret)) return 'it holds more than one line'
  return /\p{Cc}/u.test(secret) ? 'it holds a control character' : null
}

/** The secret in the contents of a file: without line breaks and spaces around it. */
function secretOf(bytes: Buffer): string {
  return bytes.toString().trim()
}
