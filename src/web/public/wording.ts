import { groupVerdict } from './page-view.ts'
import type { Counts } from './page-view.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** The page in one sentence, without its full stop. */
export function headline({ up, down, unknown, maintenance }: Counts): string {
  const all = up + down + unknown + maintenance
  if (all === 0) return 'There is no service here yet'
  if (all === 1) {
    if (maintenance > 0) return 'The service is in maintenance'
    return `The service is ${down > 0 ? 'down' : up > 0 ? 'up' : 'in an unknown state'}`
  }
  const each = all === 2 ? 'Both' : `All ${number(all)}`
  if (down === all) return `${each} services are down`
  if (up === all) return `${each} services are up`
  if (maintenance === all) return `${each} services are in maintenance`
  if (down > 0) return `${number(down)} of ${number(all)} services ${down === 1 ? 'is' : 'are'} down`
  const others = [
    ...(maintenance > 0 ? [`${number(maintenance)} in maintenance`] : []),
    ...(unknown > 0 ? [`${number(unknown)} not known`] : []),
  ]
  return `${number(up)} of ${number(all)} services are up, ${others.join(', ')}`
}

/** What services are, in a word or two. */
export function groupWord(counts: Counts): string {
  const verdict = groupVerdict(counts)
  const all = counts.up + counts.down + counts.unknown + counts.maintenance
  if (counts.up === all || counts.down === all) return verdict
  if (counts.unknown === all) return 'unknown'
  if (counts.maintenance === all) return 'maintenance'
  const maintenance = counts.maintenance === 0 ? '' : `, ${number(counts.maintenance)} in maintenance`
  const unknown = counts.unknown === 0 ? '' : `, ${number(counts.unknown)} unknown`
  const word = verdict === 'unknown' || verdict === 'maintenance' ? '' : `${verdict}, `
  return `${word}${number(counts.up)} of ${number(all)} up${maintenance}${unknown}`
}

/** A time in UTC: `26 Nov 2026, 10:42`. `at`: in ms since the epoch. */
export function timeText(at: number): string {
  return `${dateText(at)}, ${new Date(at).toISOString().slice(11, 16)}`
}

/** A day in UTC: `26 Nov 2026`. */
export function dateText(at: number): string {
  const date = new Date(at)
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`
}

/** A length of time, in ms: `12 min`, `3 h 5 min`, `2 d 4 h`. */
export function lengthText(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return 'less than 1 min'
  const [days, hours, rest] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24, minutes % 60]
  const parts =
    days > 0
      ? [`${days} d`, hours > 0 ? `${hours} h` : '']
      : [hours > 0 ? `${hours} h` : '', rest > 0 ? `${rest} min` : '']
  return parts.filter((part) => part !== '').join(' ')
}

/** A share from 0 to 1 in percent, never rounded up: 100 % is without any gap. */
export function percentText(ratio: number): string {
  const hundredths = Math.floor(ratio * 10_000 + 1e-9)
  return `${hundredths % 100 === 0 ? hundredths / 100 : (hundredths / 100).toFixed(2)} %`
}

function number(n: number): string {
  return n.toLocaleString('en')
}
