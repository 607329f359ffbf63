import { jsonEscape, UNPRINTABLE } from '../resource/unprintable.ts'

/** The longest piece of a list that a complaint shows, in UTF-16 units. */
const MAX_QUOTED_LENGTH = 40

/** A piece of somebody's text for a complaint: in quotes, escaped as in JSON, cut. Never give it credentials. */
export function quote(text: string): string {
  const cut = text.length > MAX_QUOTED_LENGTH ? `${text.slice(0, MAX_QUOTED_LENGTH - 1)}…` : text
  return JSON.stringify(cut).replace(UNPRINTABLE, jsonEscape)
}

/** What may hold credentials in a name that was meant as a URL: `ftp://me:se/cret@`, `http:me:secret@`. */
const USERINFO = /^([a-z][a-z0-9+.-]*:\/+|https?:).*@/i

/** The name of a list or file for a message: as it is, quoted where that would not print, without credentials. */
export function redactName(file: string): string {
  const name = file.replace(USERINFO, '$1')
  return JSON.stringify(name) === `"${name}"` && name.search(UNPRINTABLE) < 0 ? name : quote(name)
}

/** Somebody's text in a message: what would not print is escaped. */
export function escapeUnprintable(text: string): string {
  return text.replace(UNPRINTABLE, jsonEscape)
}
