import { isUtf8 } from 'node:buffer'

const FORM = /^[\w.~*+%[\]-]+=[\w.~*+%:@,-]*(?:&[\w.~*+%[\]-]+=[\w.~*+%:@,-]*)*$/

/** The Content-Type of a body, guessed from its bytes: JSON, XML, a form, other text, or anything. */
export function guessContentType(body: Buffer): string {
  if (!isUtf8(body)) return 'application/octet-stream'
  const text = body.toString().trim()
  if (/^[[{"]/.test(text) && isJson(text)) return 'application/json'
  if (text.startsWith('<?xml')) return 'application/xml'
  if (FORM.test(text)) return 'application/x-www-form-urlencoded'
  return 'text/plain; charset=utf-8'
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false // Not JSON.
  }
}
