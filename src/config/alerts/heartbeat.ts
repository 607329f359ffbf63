import type { Heartbeat } from '../../alerts/alert-rule.ts'
import { parseDuration } from '../../settings/durations.ts'
import { parseUrl } from '../../settings/url.ts'
import { MapReader } from '../map-reader.ts'
import type { Tree } from '../tree.ts'
import type { ValueReader } from '../value-reader.ts'
import { requireKeys } from './read-map.ts'

const DEFAULT_INTERVAL_MS = 60_000
const MIN_INTERVAL_MS = 1_000

/** The keys of the heartbeat. */
export const HEARTBEAT_KEYS: readonly string[] = ['url', 'interval']

/** Reads `heartbeat:`, a URL or a map; null: there is none. */
export function readHeartbeat(reader: ValueReader, tree: Tree | undefined): Heartbeat | null {
  if (tree === undefined) return null
  const whole: Tree =
    tree.type === 'scalar'
      ? { type: 'map', offset: tree.offset, entries: [{ key: 'url', offset: tree.offset, value: tree }] }
      : tree
  const map = new MapReader(reader, whole, 'heartbeat', HEARTBEAT_KEYS)
  if (whole.type !== 'map') return null
  requireKeys(reader, map, 'heartbeat', ['url'])
  const url = map.read('url', parseTarget)
  const intervalMs = map.read('interval', parseInterval) ?? DEFAULT_INTERVAL_MS
  return url === null ? null : { url, intervalMs }
}
