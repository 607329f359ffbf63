import { megabytes, timeCell, whole } from './cells.ts'
import { LOOKS } from './style.ts'
import type { Style } from './style.ts'
import type { Size, View, Vitals } from './view.ts'
import { cutTo, padTo, widthOf } from './width.ts'

/** Rows that the head takes. */
export const HEAD_ROWS = 2

/** How the whole list does, and how this process does. */
export function head({ at, vitals }: View, { columns }: Size, style: Style): string[] {
  const { counts } = vitals
  const time = new Date(at).toISOString().slice(11, 19)
  const verdicts = [
    `${whole(counts.up)} up`,
    `${whole(counts.down)} down`,
    `${whole(counts.unknown)} unknown`,
    `${whole(counts.pending)} not yet asked`,
  ] as const
  const looks = (['up', 'down', 'unknown', 'pending'] as const).map((name) =>
    counts[name] > 0 ? LOOKS[name] : 'dim',
  )
  const urls = `${whole(vitals.urls)} URLs`
  const text = `${urls}  ${verdicts.join('  ')}`
  const room = columns - widthOf(text) - time.length - 2
  const first =
    room < 0
      ? style('bold', padTo(text, columns))
      : `${style('bold', urls)}  ${verdicts.map((part, n) => style(looks[n] ?? 'dim', part)).join('  ')}` +
        `${' '.repeat(room + 2)}${style('dim', time)}`
  return [first, cutTo(processText(vitals), columns)]
}

function processText(vitals: Vitals): string {
  const shares = vitals.pollers.map((share) => `${Math.round(share * 100)}%`).join(' ')
  const skipped = vitals.skipped > 0 ? `  ${whole(vitals.skipped)} skipped` : ''
  return (
    `${vitals.pollsPerSecond.toFixed(1)} polls/s  ${whole(vitals.inFlight)} in flight  ` +
    `late ${timeCell(vitals.lateMs)}  ${whole(vitals.due)} due${skipped}  ${megabytes(vitals.rssBytes)}  pollers ${shares}`
  )
}
