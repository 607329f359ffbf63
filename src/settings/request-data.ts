import { ANY_CONTENTS, requestFiles } from './request-files.ts'

/** The body of a request: as it stands in a list, or the contents of a file, given by its absolute path. */
export type RequestData = { readonly text: string } | { readonly file: string }

/** The longest text, in UTF-16 units: each set of settings has its own copy in every thread. */
const MAX_TEXT = 65_536

/**
 * Parses the body of a request: a text, `@FILE`, or `@@` for a text that begins with an @. Paths are relative to `directory`. Throws a
 * RangeError that does not quote it.
 */
export function parseData(text: string, directory = ''): RequestData {
  if (text === '@') throw new RangeError('the name of the file is missing, as in @body.json')
  if (text.startsWith('@') && !text.startsWith('@@'))
    return { file: requestFiles.open(text.slice(1), directory, ANY_CONTENTS, false) }
  if (text.length > MAX_TEXT) throw new RangeError(`longer than ${MAX_TEXT} characters: put it into a file`)
  return { text: text.startsWith('@@') ? text.slice(1) : text }
}
