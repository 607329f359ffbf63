/** RFC 3339, also with a space and without seconds, as YAML has it; or a date, which begins at midnight UTC. */
const TIME = /^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)? ?(?:[Zz]|[+-]\d{2}:\d{2}))?$/

/** Parses a point in time, in ms since the epoch. Throws a RangeError. */
export function parseTime(text: string): number {
  const time =
    TIME.test(text) && isDay(text)
      ? Date.parse(text.replace(/ (?=[Zz+-])/, '').replace(' ', 'T'))
      : Number.NaN
  if (Number.isNaN(time))
    throw new RangeError(
      'not a date or a time with its zone, such as 2026-11-26, 2026-11-26T10:00Z or 2026-11-26T10:00+01:00',
    )
  return time
}

/** Date.parse takes February 30 for March 2. */
function isDay(text: string): boolean {
  const [year, month, day] = [text.slice(0, 4), text.slice(5, 7), text.slice(8, 10)].map(Number)
  return new Date(Date.UTC(year as number, (month as number) - 1, day)).getUTCDate() === day
}
