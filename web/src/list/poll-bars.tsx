import type { RecentPoll } from '../server/answers.ts'
import { formatMs } from '../text/numbers.ts'

/** Polls that are shown of a URL. */
export const MAX_BARS = 50

/** In CSS pixels. */
const STEP = 3
const BAR = 2
const HEIGHT = 20
const MIN_HEIGHT = 2

/** In one path each, so that many rows are few elements. */
const VERDICTS = ['up', 'down', 'unknown'] as const

/** The last polls of a URL, the latest at the right: the higher the slower, full height if they were not up. */
export function PollBars({ polls }: { readonly polls: readonly RecentPoll[] }) {
  if (polls.length === 0) return null
  const ups = polls.filter(([verdict]) => verdict === 'up').map(([, durationMs]) => durationMs)
  const slowest = Math.max(...ups)
  const first = MAX_BARS - polls.length
  const paths = VERDICTS.map((verdict) =>
    polls
      .map(([seen, durationMs], n) => {
        if (seen !== verdict) return ''
        const height = seen === 'up' ? Math.max(MIN_HEIGHT, (durationMs / slowest) * (HEIGHT - 4)) : HEIGHT
        return `M${(first + n) * STEP} ${HEIGHT}v-${height.toFixed(1)}h${BAR}v${height.toFixed(1)}z`
      })
      .join(''),
  )
  return (
    <svg
      width={MAX_BARS * STEP}
      height={HEIGHT}
      role="img"
      aria-label={textOf(polls.length, ups.length, slowest)}
    >
      {paths.map((path, n) => path !== '' && <path key={VERDICTS[n]} class={VERDICTS[n]} d={path} />)}
    </svg>
  )
}

function textOf(polls: number, ups: number, slowest: number): string {
  const which = polls === 1 ? 'the last poll' : `the last ${polls} polls`
  if (ups === 0) return `${which}: not up`
  const notUp = ups === polls ? 'up' : `${polls - ups} not up`
  return `${which}: ${notUp}, the slowest in about ${formatMs(slowest)}`
}
