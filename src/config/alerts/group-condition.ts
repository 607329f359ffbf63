import type { GroupThreshold, RuleConditions } from '../../alerts/alert-rule.ts'
import { parseLabelName } from '../label-name.ts'
import { MapReader } from '../map-reader.ts'
import type { Tree } from '../tree.ts'
import type { ValueReader } from '../value-reader.ts'
import { requireKeys } from './read-map.ts'

const KEYS: readonly string[] = ['by', 'down']

/** Reads `group: { by: LABEL, down: 2 of 5 }`; null: there is no such condition, or it has a mistake. */
export function readGroupCondition(reader: ValueReader, tree: Tree | undefined): RuleConditions['group'] {
  if (tree === undefined) return null
  const map = new MapReader(reader, tree, 'group', KEYS)
  if (tree.type !== 'map') return null
  requireKeys(reader, map, 'group', KEYS)
  const by = map.read('by', parseLabelName)
  const down = map.read('down', parseThreshold)
  return by === null || down === null ? null : { by, down }
}

/** `2`: so many; `40%` and `2 of 5`: such a share. Throws a RangeError. */
function parseThreshold(text: string): GroupThreshold {
  const [, first = '', rest = ''] = /^(\d{1,6})(%| of \d{1,6}|)$/.exec(text) ?? []
  const count = Number(first)
  const of = rest === '%' ? 100 : Number(rest.replace(' of ', ''))
  if (first === '' || count < 1 || (rest !== '' && count > of))
    throw new RangeError('not a number of URLs such as 2, or a share of them such as 40% or 2 of 5')
  return rest === '' ? { count } : { share: count / of }
}
