/** How a file of results begins, in every format. */
const BEGINNINGS = [
  '{"type":"state"',
  '{"type":"summary"',
  'Current state: ',
  'url,verdict,reason,',
  '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="headcount"',
]

/** So many bytes of a file are enough to tell. */
export const LONGEST_BEGINNING = Math.max(...BEGINNINGS.map((text) => text.length))

/** Whether a text that begins so was written as results. */
export function areResults(start: string): boolean {
  return BEGINNINGS.some((text) => start.startsWith(text))
}
