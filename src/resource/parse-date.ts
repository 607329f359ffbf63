/** RFC 3339, also without seconds; or a date, which begins at midnight UTC. A time without its zone would be another one on another machine. */
const DATE = /^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d))?$/

/** Parses a date, or a time with its zone, in ms since the epoch; NaN: it is neither. `Date.parse` takes 30 February for 2 March. */
export function parseDate(text: string): number {
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`)
  if (Number.isNaN(day.getTime()) || !text.startsWith(day.toISOString().slice(0, 10))) return Number.NaN
  return DATE.test(text) ? Date.parse(text) : Number.NaN
}
