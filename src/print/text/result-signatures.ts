import { FORMATS } from './formats.ts'

const BEGINNINGS = FORMATS.flatMap<string>(({ beginnings }) => beginnings)

/** This many bytes of a file are enough to recognize results. */
export const MAX_SIGNATURE_LENGTH = Math.max(...BEGINNINGS.map((text) => text.length))

/** Whether a text begins like results in any format. */
export function looksLikeResults(start: string): boolean {
  return BEGINNINGS.some((text) => start.startsWith(text))
}
