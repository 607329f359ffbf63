import type { ReceiverConfig } from '../../alerts/alert-rule.ts'
import { RECEIVER_TYPES } from '../../alerts/receivers/receiver-types.ts'
import type { ReceiverType } from '../../alerts/receivers/receiver-type.ts'
import { parseLongDuration } from '../../settings/durations.ts'
import { quote } from '../../settings/quote.ts'
import { parseInteger } from '../../settings/values.ts'
import { readDefinitions } from '../definitions.ts'
import type { MapReader } from '../map-reader.ts'
import type { Tree } from '../tree.ts'
import type { ValueReader } from '../value-reader.ts'
import { isInCircle } from './circle.ts'
import { parseDefined } from './read-map.ts'
import { readReceiverSettings } from './receiver-settings.ts'

/** The most receivers. */
const MAX_RECEIVERS = 1_000

/** The most notifications in a minute that can be asked for, and how many there are unless the configuration says so. */
const MAX_PER_MINUTE = 60_000
const DEFAULT_PER_MINUTE = 60

/** How long a receiver is tried before its fallback gets what it could not be told, unless the configuration says so, in ms. */
const DEFAULT_FALLBACK_AFTER_MS = 5 * 60_000

/** The keys of a receiver besides its type. */
export const RECEIVER_KEYS: readonly string[] = ['fallback', 'fallback-after', 'per-minute']

/** Receivers, with the names of all that are defined, also of those with a mistake. */
interface ReadReceivers {
  readonly receivers: readonly ReceiverConfig[]
  readonly names: ReadonlySet<string>
}

/** Reads `receivers:`. Paths are relative to `directory`. */
export function readReceivers(reader: ValueReader, tree: Tree | undefined, directory: string): ReadReceivers {
  if (tree === undefined) return { receivers: [], names: new Set() }
  const receivers: ReceiverConfig[] = []
  const names = new Set(tree.type === 'map' ? tree.entries.map(({ key }) => key) : [])
  if (names.size > MAX_RECEIVERS) reader.report(tree.offset, `receivers: at most ${MAX_RECEIVERS}`)
  const types = new Map(RECEIVER_TYPES.map((type) => [type.name, type]))
  const keys = { required: [], optional: [...types.keys(), ...RECEIVER_KEYS] }
  const fallbacks = new Map<string, { readonly to: readonly string[]; readonly offset: number }>()
  readDefinitions(reader, tree, 'receivers', keys, (name, map) => {
    const type = typeOf(reader, map, types, name)
    const fallback = map.read('fallback', (text) => parseDefined(text, 'receiver', names))
    const fallbackAfterMs =
      map.read('fallback-after', (text) => parseLongDuration(text, 0)) ?? DEFAULT_FALLBACK_AFTER_MS
    if (map.tree('fallback-after') !== undefined && map.tree('fallback') === undefined)
      reader.report(map.offsetOf('fallback-after'), 'fallback-after: it has no effect without fallback')
    const perMinute = map.read('per-minute', (text) => parseInteger(text, 1, MAX_PER_MINUTE))
    if (fallback !== null) fallbacks.set(name, { to: [fallback], offset: map.offsetOf('fallback') })
    if (type === null) return
    const settings = readReceiverSettings(reader, type, map.tree(type.name) as Tree, directory)
    if (settings === null) return
    receivers.push({
      name,
      type: type.name,
      settings,
      fallback,
      fallbackAfterMs,
      perMinute: perMinute ?? DEFAULT_PER_MINUTE,
    })
  })
  const fallbackOf = (name: string) => fallbacks.get(name)?.to ?? []
  for (const [name, { offset }] of fallbacks)
    if (isInCircle(name, fallbackOf))
      reader.report(offset, 'fallback: a circle: the receiver is its own fallback')
  return { receivers, names }
}

/** The one type that a receiver has; null: it has none or several, which is reported. */
function typeOf(
  reader: ValueReader,
  map: MapReader,
  types: ReadonlyMap<string, ReceiverType>,
  name: string,
): ReceiverType | null {
  const [first, other] = [...types.values()].filter((type) => map.tree(type.name) !== undefined)
  if (first === undefined)
    return reader.report(
      map.offset,
      `receivers: ${quote(name)} has no type: add one of ${[...types.keys()].join(', ')}`,
    )
  if (other === undefined) return first
  return reader.report(
    map.offsetOf(other.name),
    `receivers: ${quote(name)} has two types, ${first.name} and ${other.name}: define a receiver for each`,
  )
}
