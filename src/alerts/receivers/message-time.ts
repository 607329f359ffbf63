/** Writes times in ms since the epoch in one time zone. */
export class TimeFormat {
  readonly #format: Intl.DateTimeFormat

  /** `timeZone`: a name such as `Europe/Berlin`; without it, that of this process. */
  constructor(timeZone?: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'longOffset',
    })
  }

  /** `2026-11-26 09:51:35 UTC+01:00`. */
  absolute(ms: number): string {
    const parts = new Map(this.#format.formatToParts(ms).map(({ type, value }) => [type, value]))
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? ''
    const date = `${part('year')}-${part('month')}-${part('day')}`
    // ICU calls it GMT, which many take for British time.
    const zone = part('timeZoneName').replace('GMT', 'UTC').replace('+00:00', '')
    return `${date} ${part('hour')}:${part('minute')}:${part('second')} ${zone}`
  }
}
