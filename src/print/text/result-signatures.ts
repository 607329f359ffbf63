import { FORMATS } from './formats.ts'

const BEGINNINGS = FORMATS.flatMap<string | RegExp>(({ beginnings }) => beginnings)

/** This many bytes of a file are enough to recognize results. */
export const MAX_SIGNATURE_LENGTH = 128

/** Whether a text begins like results in any format. */
export function looksLikeResults(start: string): boolean {
  return BEGINNINGS.some((text) => (typeof text === 'string' ? start.startsWith(text) : text.test(start)))
}
