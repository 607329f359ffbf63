import { escapeText } from '../../print/text/escape.ts'

/** Different messages that are written. Later ones are dropped: a client could cause any number. */
const MAX_MESSAGES = 16

/** A message is cut at this length, in UTF-16 units. */
const MAX_LENGTH = 500

/** Returns what passes the message of each error to `write`, escaped, the first time that it is seen. */
export function firstOfEach(write: (message: string) => void): (error: Error) => void {
  const seen = new Set<string>()
  return ({ message }) => {
    const text = escapeText(message, MAX_LENGTH)
    if (seen.has(text) || seen.size >= MAX_MESSAGES) return
    seen.add(text)
    write(text)
  }
}
