import type { PastPoll } from '../server/answers.ts'
import { formatMs } from '../text/numbers.ts'
import { formatFull } from '../text/times.ts'

const HEIGHT = 32

/** The last polls as bars, the latest at the right: as high as they took long, full height if they were not up. */
export function LastPolls({ polls }: { readonly polls: readonly PastPoll[] }) {
  const shown = polls.slice(0, 60).toReversed()
  const ups = shown.filter(({ verdict }) => verdict === 'up').map(({ durationMs }) => durationMs)
  const most = Math.max(1, ...ups)
  const notUp = shown.length - ups.length
  const longest = ups.length === 0 ? '' : `; the longest took ${formatMs(most)}`
  return (
    <svg
      class="bars"
      viewBox={`0 0 ${shown.length * 6} ${HEIGHT}`}
      width={shown.length * 6}
      height={HEIGHT}
      role="img"
      aria-label={`the last ${shown.length} polls, ${notUp} of them not up${longest}`}
    >
      {shown.map(({ at, verdict, durationMs, reason }, n) => {
        const height = verdict === 'up' ? Math.max(3, (durationMs / most) * (HEIGHT - 6)) : HEIGHT
        return (
          <rect key={at} class={verdict} x={n * 6} y={HEIGHT - height} width="4" height={height} rx="1">
            <title>{`${formatFull(Date.parse(at))}: ${verdict === 'up' ? formatMs(durationMs) : reason}`}</title>
          </rect>
        )
      })}
    </svg>
  )
}
