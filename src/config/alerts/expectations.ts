import { ALERT_KINDS } from '../../alerts/alert-rule.ts'
import type { Expectation } from '../../alerts/simulation/rule-test.ts'
import { parseLongDuration } from '../../settings/durations.ts'
import { parseChoiceOf, parseInteger } from '../../settings/values.ts'
import { itemsOf } from '../items-of.ts'
import { MapReader } from '../map-reader.ts'
import type { Tree } from '../tree.ts'
import type { ValueReader } from '../value-reader.ts'

/** The most notifications that a test expects. */
const MAX_EXPECTED = 10_000

const KEYS: readonly string[] = ['at', 'to', 'status', 'cause', 'alert', 'rule', 'total', 'urls']

const parseStatus = parseChoiceOf(['firing', 'resolved'] as const)
const parseCause = parseChoiceOf(['new', 'repeat', 'escalation', 'resolved', 'unwatched'] as const)

/** Reads what a test expects; null: it expects nothing. `placeOf`: `FILE:LINE:COLUMN` of an offset. */
export function readExpectations(
  reader: ValueReader,
  tree: Tree | undefined,
  placeOf: (offset: number) => string,
): Expectation[] | null {
  if (tree === undefined) return null
  return itemsOf(reader, tree, 'expect', MAX_EXPECTED).flatMap((item) => {
    const map = new MapReader(reader, item, 'expect', KEYS)
    if (item.type !== 'map') return []
    const urls = map.tree('urls')
    return [
      {
        at: map.read('at', parseSpan),
        to: map.read('to', (text) => text),
        status: map.read('status', parseStatus),
        cause: map.read('cause', parseCause),
        alert: map.read('alert', parseChoiceOf(ALERT_KINDS)),
        rule: map.read('rule', (text) => text),
        total: map.read('total', (text) => parseInteger(text, 1, 1_000_000)),
        urls: urls === undefined ? null : reader.texts(urls, 'urls').map(({ text }) => text),
        place: placeOf(map.offset),
      },
    ]
  })
}

/** A time since the start, as it is written: `0s`, `90s` or `3m 10s`. Throws a RangeError. */
function parseSpan(text: string): number {
  if (text === '0s') return 0
  return text.split(' ').reduce((ms, part) => ms + parseLongDuration(part), 0)
}
