import type { MaintenanceWindow } from '../../alerts/alert-rule.ts'
import { isTimeZone, makeCron } from '../../alerts/plan/cron.ts'
import { itemsOf } from '../items-of.ts'
import { MapReader } from '../map-reader.ts'
import { parseTime } from '../parse-time.ts'
import type { Tree } from '../tree.ts'
import type { ValueReader } from '../value-reader.ts'
import { readMatch } from './match.ts'
import { NameTable } from './name-table.ts'
import { warnOfOverlaps } from './overlaps.ts'
import { readDuration } from './read-map.ts'

/** The most maintenance windows. */
const MAX_WINDOWS = 1_000

/** The keys of a maintenance window. */
export const MAINTENANCE_KEYS: readonly string[] = ['name', 'match', 'cron', 'for', 'timezone', 'from', 'to']

/** Reads `maintenance:`. `now`, in ms since the epoch: from when on windows must come. */
export function readMaintenance(
  reader: ValueReader,
  tree: Tree | undefined,
  now: number,
): MaintenanceWindow[] {
  const names = new NameTable('maintenance')
  const windows = itemsOf(reader, tree, 'maintenance', MAX_WINDOWS).flatMap((item, index) => {
    const map = new MapReader(reader, item, 'maintenance', MAINTENANCE_KEYS)
    if (item.type !== 'map') return []
    const name = names.read(reader, map, index)
    const match = readMatch(reader, map.tree('match'))
    const when = readWhen(reader, map, now)
    return when === null ? [] : [{ window: { name, match, when }, offset: map.offset }]
  })
  warnOfOverlaps(reader, windows, now)
  return windows.map(({ window }) => window)
}

function readWhen(reader: ValueReader, map: MapReader, now: number): MaintenanceWindow['when'] | null {
  const has = (key: string) => map.tree(key) !== undefined
  const byCron = ['cron', 'for'].every(has) && !['from', 'to'].some(has)
  const bySpan = ['from', 'to'].every(has) && !['cron', 'for', 'timezone'].some(has)
  if (byCron) return readCron(map, now)
  if (bySpan) return readSpan(reader, map, now)
  return reader.report(map.offset, 'maintenance: a window has either cron and for, or from and to')
}

function readCron(map: MapReader, now: number): MaintenanceWindow['when'] | null {
  const timeZone = map.tree('timezone') === undefined ? 'UTC' : map.read('timezone', parseTimeZone)
  const forMs = readDuration(map, 'for')
  const cron = map.read('cron', (text) => {
    if (makeCron(text, timeZone ?? 'UTC').next(now) === null) throw new RangeError('it never comes')
    return text
  })
  return cron === null || forMs === null || timeZone === null ? null : { cron, forMs, timeZone }
}

/** Throws a RangeError. */
function parseTimeZone(text: string): string {
  if (!isTimeZone(text)) throw new RangeError('not a time zone such as Europe/Berlin or UTC')
  return text
}

function readSpan(reader: ValueReader, map: MapReader, now: number): MaintenanceWindow['when'] | null {
  const from = map.read('from', parseTime)
  const to = map.read('to', parseTime)
  if (from === null || to === null) return null
  if (to <= from) return reader.report(map.offsetOf('to'), 'to: it must be later than from')
  if (to <= now) reader.warn(map.offsetOf('to'), 'maintenance: the window is over, and has no effect')
  return { from, to }
}
