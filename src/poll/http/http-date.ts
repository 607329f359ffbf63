const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

const DAY = `(?:${DAYS.map((day) => day.slice(0, 3)).join('|')})`
const MONTH = `(?<month>${MONTHS.join('|')})`
const TIME = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)'

const FORMATS = [
  // Sun, 06 Nov 1994 08:49:37 GMT
  new RegExp(`^${DAY}, (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  // Sunday, 06-Nov-94 08:49:37 GMT
  new RegExp(`^(?:${DAYS.join('|')}), (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT$`),
  // Sun Nov  6 08:49:37 1994
  new RegExp(`^${DAY} ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`),
]

/**
 * Parses an HTTP-date in one of the three formats of RFC 9110 section 5.6.7. Returns ms since the epoch; NaN if it is
 * invalid. `wallMs` is now: a two-digit year is at most 50 years ahead of it. The day of the week is not checked.
 */
export function httpDateMs(text: string, wallMs: number): number {
  for (const format of FORMATS) {
    const groups = format.exec(text)?.groups
    if (groups !== undefined) return timeOf(groups, wallMs)
  }
  return Number.NaN
}

function timeOf(groups: Record<string, string>, wallMs: number): number {
  const { month = '', year = '' } = groups
  const [day, hour, minute, second] = ['day', 'hour', 'minute', 'second'].map((name) => Number(groups[name]))
  const at = Date.UTC(
    year.length === 2 ? fullYear(Number(year), wallMs) : Number(year),
    MONTHS.indexOf(month),
    day,
    hour,
    minute,
    // A leap second counts as second 59.
    Math.min(second as number, 59),
  )
  const inRange =
    new Date(at).getUTCDate() === day &&
    (hour as number) < 24 &&
    (minute as number) < 60 &&
    (second as number) <= 60
  return inRange ? at : Number.NaN
}

function fullYear(year: number, wallMs: number): number {
  const now = new Date(wallMs).getUTCFullYear()
  const inThisCentury = now - (now % 100) + year
  return inThisCentury > now + 50 ? inThisCentury - 100 : inThisCentury
}
