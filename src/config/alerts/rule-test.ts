import type { RuleTest, TestUrl } from '../../alerts/simulation/rule-test.ts'
import { parseLongDuration } from '../../settings/durations.ts'
import { parseUrl } from '../../settings/url.ts'
import { itemsOf } from '../items-of.ts'
import { MapReader } from '../map-reader.ts'
import { parseTime } from '../parse-time.ts'
import type { Tree } from '../tree.ts'
import type { ValueReader } from '../value-reader.ts'
import { parseShare } from './conditions.ts'
import { readExpectations } from './expectations.ts'
import { parsePollSeries } from './poll-series.ts'
import { readDuration, readSeconds, requireKeys } from './read-map.ts'

/** The most URLs of a test. */
const MAX_URLS = 10_000

/** When a test begins, and how long it is from one poll to the next, unless it says so. */
const DEFAULT_START = Date.UTC(2026, 0, 1)
const DEFAULT_EVERY_MS = 60_000

/** How long a test goes on after the last poll unless it says so, in ms; and the longest test. */
const DEFAULT_REST_MS = 300_000
const MAX_TEST_MS = 31 * 86_400_000

const KEYS: readonly string[] = ['name', 'start', 'every', 'for', 'urls', 'acknowledge', 'expect']

/** Reads one test; null: it is not a map. `placeOf`: `FILE:LINE:COLUMN` of an offset. */
export function readRuleTest(
  reader: ValueReader,
  tree: Tree,
  index: number,
  placeOf: (offset: number) => string,
): RuleTest | null {
  const map = new MapReader(reader, tree, 'tests', KEYS)
  if (tree.type !== 'map') return null
  requireKeys(reader, map, 'tests', ['urls'])
  const everyMs = readSeconds(map, 'every') ?? DEFAULT_EVERY_MS
  const urls = itemsOf(reader, map.tree('urls'), 'urls', MAX_URLS).flatMap((item) => {
    const url = readUrl(reader, item, everyMs)
    return url === null ? [] : [url]
  })
  const last = urls.reduce((latest, { polls }) => Math.max(latest, polls.at(-1)?.at ?? 0), 0)
  const forMs = readDuration(map, 'for') ?? last + DEFAULT_REST_MS
  if (forMs > MAX_TEST_MS) reader.report(map.offset, 'tests: it lasts longer than 31d')
  return {
    name: map.read('name', (text) => text) ?? `test ${index + 1}`,
    start: map.read('start', parseTime) ?? DEFAULT_START,
    forMs,
    urls,
    acknowledgedAt: readTimes(reader, map.tree('acknowledge')),
    expected: readExpectations(reader, map.tree('expect'), placeOf),
  }
}

function readUrl(reader: ValueReader, tree: Tree, everyMs: number): TestUrl | null {
  const map = new MapReader(reader, tree, 'urls', ['url', 'labels', 'polls', 'uptime'])
  if (tree.type !== 'map') return null
  requireKeys(reader, map, 'urls', ['url', 'polls'])
  const url = map.read('url', (text) => {
    const parsed = parseUrl(text)
    if ('why' in parsed) throw new RangeError(parsed.why)
    return parsed.url
  })
  const labels = map.tree('labels')
  const entries = labels === undefined ? [] : reader.entries(labels, 'labels')
  const values = entries.flatMap(({ key, value }) => {
    const filled = reader.text(value, 'labels: a value')
    return filled === null ? [] : [[key, filled.text] as const]
  })
  const series = map.tree('polls')
  const filled = series === undefined ? [] : reader.texts(series, 'polls')
  const [first] = filled
  const text = filled.map((one) => one.text).join(' ')
  const polls =
    first === undefined ? [] : (reader.parse(first, 'polls', () => parsePollSeries(text, everyMs)) ?? [])
  if (url === null) return null
  return { url, labels: Object.fromEntries(values), polls, uptime: map.read('uptime', parseShare) }
}

/** Times since the start, in order. */
function readTimes(reader: ValueReader, tree: Tree | undefined): number[] {
  if (tree === undefined) return []
  return reader
    .texts(tree, 'acknowledge')
    .flatMap((filled) => reader.parse(filled, 'acknowledge', () => parseLongDuration(filled.text)) ?? [])
    .toSorted((a, b) => a - b)
}
