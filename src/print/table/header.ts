import { counted } from '../../resource/counted.ts'
import type { ClusterStats, MachineStats } from '../text/summary.ts'
import { formatMegabytes } from '../../resource/format-megabytes.ts'
import { clockText, timeCell, formatCount } from './cells.ts'
import { VERDICT_STYLES } from './style.ts'
import type { Style, StyleName } from './style.ts'
import type { View, TableStats } from './view.ts'
import type { ScreenSize } from '../../runtime/screen.ts'
import { truncateTo, padEndTo, textWidth } from './width.ts'

/** Of more machines, only those are named that are not up or not ready. */
const MAX_NAMED = 8

/** Rows of the header: of a cluster, the machines have one. */
export function headerRows(cluster: ClusterStats | undefined): number {
  return cluster === undefined ? 2 : 3
}

const SHOWN_VERDICTS = ['up', 'down', 'unknown', 'pending'] as const

/** The flag that names the invalid lines. */
const WHICH_LINES = ' (--check)'

/** The header: the state of the whole list and of this process. */
export function headerLines({ at, stats }: View, { columns }: ScreenSize, style: Style): string[] {
  const { counts } = stats
  const time = clockText(at)
  const parts: [text: string, look: StyleName][] = SHOWN_VERDICTS.map((name) => [
    `${formatCount(counts[name])} ${name}`,
    counts[name] > 0 ? VERDICT_STYLES[name] : 'dim',
  ])
  if (stats.refusedLists > 0) parts.push([`${counted(stats.refusedLists, 'list')} refused`, 'magenta'])
  if (stats.invalidLines > 0)
    parts.push([counted(stats.invalidLines, 'invalid line', formatCount(stats.invalidLines)), 'magenta'])
  const urls = counted(stats.urls, 'URL', formatCount(stats.urls))
  const text = [urls, ...parts.map(([part]) => part)].join('  ')
  const free = columns - textWidth(text) - time.length - 2
  // Behind the invalid lines, which are last.
  const hint = stats.invalidLines > 0 && free >= WHICH_LINES.length ? WHICH_LINES : ''
  const room = free - hint.length
  const { address } = stats
  // Narrow terminals do without it.
  const place = address !== null && address.length + 2 <= room ? `${address}  ` : ''
  const first =
    room < 0
      ? style('bold', padEndTo(text, columns))
      : `${style('bold', urls)}  ${parts.map(([part, look]) => style(look, part)).join('  ')}${style('magenta', hint)}` +
        `${' '.repeat(room + 2 - place.length)}${place}${style('dim', time)}`
  const machines = stats.cluster === undefined ? [] : [truncateTo(machinesText(stats.cluster), columns)]
  return [first, truncateTo(processText(stats), columns), ...machines]
}

function processText(stats: TableStats): string {
  const shares = stats.pollers.map((share) => `${Math.round(share * 100)}%`).join(' ')
  const skipped = stats.skipped > 0 ? `  ${formatCount(stats.skipped)} skipped` : ''
  return (
    `${stats.pollsPerSecond.toFixed(1)} polls/s  ${formatCount(stats.inFlight)} in flight  ` +
    `late ${timeCell(stats.lateMs)}  ${formatCount(stats.due)} due${skipped}  ${formatMegabytes(stats.rssBytes)}  pollers ${shares}`
  )
}

/** How many machines are up, and how many batches each has. */
function machinesText({ isReady, machines }: ClusterStats): string {
  if (!isReady) return 'machines: no contact with the server of the cluster'
  const up = machines.filter(({ isUp }) => isUp).length
  const named =
    machines.length <= MAX_NAMED ? machines : machines.filter(({ isUp, canPoll }) => !isUp || !canPoll)
  const words = named.map((machine) => `${machine.name} ${doesOf(machine)}`)
  return [`machines: ${up} of ${machines.length} up`, ...words].join('  ')
}

function doesOf({ isUp, isDrained, canPoll, batches }: MachineStats): string {
  if (!isUp) return 'gone'
  if (isDrained) return 'drained'
  return canPoll ? formatCount(batches) : 'not ready'
}
