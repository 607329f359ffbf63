import type { Overrides } from '../overrides.ts'
import type { Said } from '../settings/said.ts'
import { parseOptions } from './options.ts'
import type { Mistake } from './options.ts'

/** Texts of options whose meaning is kept. */
const MOST_KEPT = 1_000

const kept = new Map<string, Said>()
let last: { readonly text: string; readonly overrides: Overrides } | null = null

/**
 * What options say, as `parseOptions`; equal ones of lines near each other are one object, since a list of a million lines
 * may say the same on each. Keeps the last 1,000 different ones, at most.
 */
export function sharedOptions(line: string, from: number): Said | readonly Mistake[] {
  const text = line.slice(from)
  const before = kept.get(text)
  if (before !== undefined) return before
  const said = parseOptions(line, from)
  if (!('overrides' in said)) return said
  if (kept.size === MOST_KEPT) kept.clear()
  const shared = { overrides: sharedOverrides(said.overrides), labels: said.labels }
  kept.set(text, shared)
  return shared
}

/** Where labels differ from line to line, the rest can be the same. */
function sharedOverrides(overrides: Overrides | null): Overrides | null {
  if (overrides === null) return null
  const text = JSON.stringify(overrides)
  if (last?.text !== text) last = { text, overrides }
  return last.overrides
}
