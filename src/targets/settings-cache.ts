import type { FileUse } from '../settings/file-uses.ts'
import { filesOf } from '../settings/files-of.ts'
import { requestFiles } from '../settings/request-files.ts'
import type { SchemeName } from '../settings/schemes.ts'
import type { Overrides } from '../settings/url-options.ts'
import type { UrlSettings } from '../settings/url-settings.ts'
import { parseSettings } from './parse-settings.ts'
import type { LineProblem } from './parse-settings.ts'

/** The most results that are cached. */
const MAX_CACHED = 1_000

/** Settings, and the files that they name. */
const cache = new Map<string, { readonly settings: UrlSettings; readonly files: readonly FileUse[] }>()
let lastOverrides: { readonly text: string; readonly overrides: Overrides } | null = null

/**
 * Like `parseSettings`, with a cache of 1,000 results. Equal settings share one object, since a list of a million lines may have the
 * same settings on each.
 */
export function parseSettingsCached(
  line: string,
  from: number,
  scheme: SchemeName | null,
  directory?: string,
): UrlSettings | readonly LineProblem[] {
  const isWeb = scheme === 'https' || scheme === 'http'
  // The settings begin with a space, which no scheme has.
  const written = isWeb ? line.slice(from) : `${scheme ?? '?'}${line.slice(from)}`
  // What names a file depends on the directory.
  const text = `${directory ?? ''}\0${written}`
  const cached = cache.get(text)
  // Files that nothing has named for a while are forgotten.
  if (cached !== undefined && requestFiles.keep(cached.files)) return cached.settings
  const parsed = parseSettings(line, from, scheme, directory)
  if (!('overrides' in parsed)) return parsed
  if (cache.size === MAX_CACHED) cache.clear()
  const overrides = sharedOverrides(parsed.overrides)
  const settings = { overrides, labels: parsed.labels }
  cache.set(text, { settings, files: overrides === null ? [] : filesOf(overrides) })
  return settings
}

/** Lines whose labels differ can still share the rest. */
function sharedOverrides(overrides: Overrides | null): Overrides | null {
  if (overrides === null) return null
  const text = JSON.stringify(overrides)
  if (lastOverrides?.text !== text) lastOverrides = { text, overrides }
  return lastOverrides.overrides
}
