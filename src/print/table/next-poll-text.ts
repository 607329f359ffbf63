import { counted } from '../../resource/counted.ts'
import { formatDuration } from '../../resource/format-duration.ts'
import { NOT_UP } from '../../state/recent-polls.ts'
import { answerOf } from '../../state/shown-state.ts'
import { nextPoll } from '../text/next-poll.ts'
import type { DetailPage } from './view.ts'

/** When the URL of a page is polled next, and why that is later than usual; '' where that is not known. */
export function nextPollText(page: DetailPage, now: number): string {
  const { states, recentPolls, zones, settings, runSettings } = page
  const [newest, before] = states
  // Each zone has a schedule of its own.
  if (newest === undefined || page.isOutdated || zones.length > 0) return ''
  const wasUp = recentPolls.lastDurations.at(-2) !== NOT_UP
  const next = nextPoll({
    ...newest,
    answer: answerOf(newest),
    before: before === undefined ? (wasUp ? 'up' : 'unknown') : answerOf(before),
    settings: [...runSettings, ...settings.split('\n')],
  })
  if (next === null) return ''
  const when = next.at > now ? `in ${formatDuration(next.at - now)}` : 'now'
  if (next.orLater) return `${when}, or later if its answer asks for a wait (Retry-After)`
  if (next.addedMs === 0) return when
  return `${when}, ${formatDuration(next.addedMs)} later than usual after ${counted(newest.errCount, 'error')} in a row`
}
