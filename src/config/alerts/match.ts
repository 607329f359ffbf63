import type { LabelMatcher } from '../../alerts/alert-rule.ts'
import { parseMatcher } from '../../alerts/plan/matcher-text.ts'
import { LABEL } from '../../settings/named-setting.ts'
import { parseLabelName } from '../label-name.ts'
import type { Tree } from '../tree.ts'
import type { ResolvedText, ValueReader } from '../value-reader.ts'

/** The most labels and the most values of one, so that a match stays a cheap one. */
const MAX_LABELS = 50
const MAX_VALUES = 1_000

/** Reads the labels that URLs must have: `label: value`, `[values]`, `~expression`, `!value` or `!~expression`. None: every URL. */
export function readMatch(reader: ValueReader, tree: Tree | undefined): LabelMatcher[] {
  if (tree === undefined) return []
  const entries = reader.entries(tree, 'match')
  if (entries.length > MAX_LABELS) reader.report(tree.offset, `match: at most ${MAX_LABELS} labels`)
  return entries.flatMap(({ key, value, offset }) => {
    const label = reader.parseAt(offset, 'match', () => parseLabelName(key))
    const texts = reader.texts(value, 'match: a value')
    if (label === null || texts.length === 0) {
      if (value.type === 'list' && value.items.length === 0)
        reader.report(value.offset, 'match: a label needs a value')
      return []
    }
    if (texts.length > MAX_VALUES)
      reader.report(value.offset, `match: at most ${MAX_VALUES} values of a label`)
    const [only] = texts as [ResolvedText]
    const matcher =
      value.type === 'list'
        ? readValues(reader, label, texts)
        : reader.parse(only, 'match', () => parseMatcher(label, only.text))
    return matcher === null ? [] : [matcher]
  })
}

function readValues(reader: ValueReader, label: string, texts: readonly ResolvedText[]): LabelMatcher {
  const values = texts.flatMap((filled) => {
    const value = reader.parse(filled, 'match', () => {
      if (/^[!~]/.test(filled.text))
        throw new RangeError('! and ~ stand before a single value: write "!~one|other" for none of several')
      return LABEL.parseValue(filled.text)
    })
    return value ?? []
  })
  return { label, isPositive: true, values, pattern: null }
}
