/** The body of a request: as it stands in a list, or the contents of a file. */
export type RequestData = { readonly text: string } | { readonly file: string }

/** The longest text, in UTF-16 units: each set of settings has its own copy in every thread. */
const MAX_TEXT = 65_536

/** Parses the body of a request. Throws a RangeError that does not quote it. */
export function parseData(text: string): RequestData {
  if (text.length > MAX_TEXT) throw new RangeError(`longer than ${MAX_TEXT} characters`)
  return { text }
}
