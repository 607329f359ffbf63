import type { Heartbeat } from '../../alerts/alert-rule.ts'
import { parseReceiverUrl, plainHttpWarnings } from '../../alerts/receivers/http-keys.ts'
import { MapReader } from '../map-reader.ts'
import type { Tree } from '../tree.ts'
import type { ValueReader } from '../value-reader.ts'
import { readSeconds, requireKeys } from './read-map.ts'
import { readSecret } from './secret-file.ts'

const DEFAULT_INTERVAL_MS = 60_000

/** The keys of the heartbeat. */
export const HEARTBEAT_KEYS: readonly string[] = ['url', 'interval']

/** Reads `heartbeat:`, a URL or a map; null: there is none. Paths are relative to `directory`. */
export function readHeartbeat(
  reader: ValueReader,
  tree: Tree | undefined,
  directory: string,
): Heartbeat | null {
  if (tree === undefined) return null
  const { offset } = tree
  const expanded: Tree =
    tree.type === 'scalar' ? { type: 'map', offset, entries: [{ key: 'url', offset, value: tree }] } : tree
  const map = new MapReader(reader, expanded, 'heartbeat', HEARTBEAT_KEYS)
  if (expanded.type !== 'map') return null
  requireKeys(reader, map, 'heartbeat', ['url'])
  const url = map.read('url', (_, filled) =>
    // Who knows the URL can send heartbeats: it is a secret.
    parseReceiverUrl({ text: readSecret(reader, filled, directory), name: '', directory }),
  )
  const intervalMs = readSeconds(map, 'interval') ?? DEFAULT_INTERVAL_MS
  if (url === null) return null
  for (const warning of plainHttpWarnings(url)) reader.warn(map.offsetOf('url'), `heartbeat: ${warning}`)
  return { url, intervalMs }
}
