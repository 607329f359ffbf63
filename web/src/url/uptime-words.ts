import { MOSTLY_WATCHED } from '../../../src/resource/mostly-watched.ts'
import type { History, PeriodUptime, UptimePeriod } from '../server/answers.ts'
import { formatShare } from '../text/numbers.ts'
import { formatSpan } from '../text/times.ts'
import { RANGES } from './periods.ts'

/** What is said of a period: its uptime, and what there is to know beside it. */
export function uptimeOfPeriod(
  { ratio, watched, maintenance }: PeriodUptime,
  period: UptimePeriod,
): { readonly uptime: string; readonly beside: readonly string[] } {
  // What is under a minute is a few seconds behind what is said of now.
  const span = (share: number) => {
    const ms = share * RANGES[period].ms
    return ms < 59_000 ? 'less than a minute' : formatSpan(ms)
  }
  const beside: string[] = []
  if (watched === 0) beside.push('not watched')
  else if (watched < MOSTLY_WATCHED) beside.push(`watched for ${span(watched)}`)
  if (maintenance > 0) beside.push(`maintenance for ${span(maintenance)}`)
  return { uptime: ratio === null ? '–' : formatShare(ratio), beside }
}

/** A time in one sentence. */
export function uptimeText({ uptime }: Pick<History, 'uptime'>): string {
  const span = (seconds: number) => formatSpan(seconds * 1_000)
  const { ratio, upSeconds, downSeconds, unknownSeconds, maintenanceSeconds, notWatchedSeconds } = uptime
  const watched = upSeconds + downSeconds + unknownSeconds + maintenanceSeconds
  if (watched === 0) return 'Not watched.'
  const isPart = watched < MOSTLY_WATCHED * (watched + notWatchedSeconds)
  const parts = [ratio === null ? 'No uptime is known' : `Up ${formatShare(ratio)}`]
  if (isPart) parts[0] += ` of the ${span(watched)} that it was watched`
  if (downSeconds > 0) parts.push(`down for ${span(downSeconds)}`)
  if (unknownSeconds > 0) parts.push(`unknown for ${span(unknownSeconds)}`)
  if (maintenanceSeconds > 0) parts.push(`maintenance for ${span(maintenanceSeconds)}`)
  if (!isPart && notWatchedSeconds > 60) parts.push(`not watched for ${span(notWatchedSeconds)}`)
  return `${parts.join(', ')}.`
}
