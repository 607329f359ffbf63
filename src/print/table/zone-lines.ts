import { formatDuration } from '../../resource/format-duration.ts'
import { REASON_FACTS } from '../../state/reasons.ts'
import type { ZoneState } from '../../state/zone-states.ts'
import { timeCell } from './cells.ts'

/** What each zone says of a URL, one a line; the zone without a name is `-`. */
export function zoneTexts(zones: readonly ZoneState[], now: number): string[] {
  return zones.map((state) => `${state.zone || '-'} ${state.verdict}${foundText(state, now)}`)
}

function foundText({ reason, status, durationMs, at }: ZoneState, now: number): string {
  if (reason === null) return ''
  const found = status === 0 || reason === 'local' ? REASON_FACTS[reason].text : String(status)
  return `: ${found}, ${timeCell(durationMs)}, ${formatDuration(now - at)} ago`
}
