const [S, MIN, H, D] = [1_000, 60_000, 3_600_000, 86_400_000]

/** A span in ms, in at most two units: `41 s`, `2 min`, `1 h 3 min`, `12 d`. */
export function formatSpan(ms: number): string {
  if (ms < 1.5 * S) return '1 s'
  if (ms < MIN) return `${Math.round(ms / S)} s`
  if (ms < H) return `${Math.floor(ms / MIN)} min`
  if (ms < D) {
    const minutes = Math.floor((ms % H) / MIN)
    return `${Math.floor(ms / H)} h${minutes === 0 ? '' : ` ${minutes} min`}`
  }
  const [days, hours] = [Math.floor(ms / D), Math.floor((ms % D) / H)]
  return days > 9 || hours === 0 ? `${days} d` : `${days} d ${hours} h`
}

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})
const DAY = new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', day: 'numeric' })
const SHORT_DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' })
const FULL = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'long',
})

/** The time of day in the zone of the viewer: `10:42:07`. */
export function formatClock(at: number): string {
  return CLOCK.format(at)
}

/** The day in the zone of the viewer. */
export function formatDay(at: number): string {
  return DAY.format(at)
}

/** The day without its year: `26 Nov`. */
export function formatShortDay(at: number): string {
  return SHORT_DAY.format(at)
}

/** Day, time and zone, in the zone of the viewer. */
export function formatFull(at: number): string {
  return FULL.format(at)
}
