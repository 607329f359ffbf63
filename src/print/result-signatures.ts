/** How a file of results begins, in every format. */
const SIGNATURES = [
  '{"type":"state"',
  '{"type":"summary"',
  'Current state: ',
  'url,verdict,reason,',
  '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="headcount"',
]

/** So many bytes of a file are enough to tell. */
export const MAX_SIGNATURE_LENGTH = Math.max(...SIGNATURES.map((text) => text.length))

/** Whether a text that begins so was written as results. */
export function looksLikeResults(start: string): boolean {
  return SIGNATURES.some((text) => start.startsWith(text))
}
