import type { Url } from '../resource/resource.ts'
import { unfitFamily } from '../settings/both-families.ts'
import { isPlainUrl } from '../settings/plain-url.ts'
import type { LineProblem } from './parse-settings.ts'
import { parseSettingsCached } from './settings-cache.ts'
import { NO_URL_SETTINGS } from '../settings/url-settings.ts'
import type { Target } from './target.ts'
import { parseUrl } from '../settings/url.ts'
import { schemeOf } from '../settings/schemes.ts'

/** What a line says, or its problems; null for a blank line or a comment. */
export type ParsedLine = Target | { readonly problems: readonly LineProblem[] } | null

/** Parses one line of a list, without its line break. `directory`: what paths in its settings are relative to. */
export function parseLine(line: string, directory?: string): ParsedLine {
  // The URL of a line with settings is parsed in any case: a part of a string keeps all of it in memory.
  if (isPlainUrl(line)) return { url: line as Url, overrides: null, labels: null }
  if (line.includes('\0'))
    return { problems: [{ at: null, why: 'it contains a NUL character: is this a text file?' }] }
  const text = line.trim()
  if (text === '' || text.startsWith('#')) return null
  if (/^-\s+\S+:\/\//.test(text))
    return {
      problems: [{ at: null, why: 'this looks like an item of YAML: remove the "- " before the URL' }],
    }
  const end = text.search(/[ \t]/)
  const parsed = parseUrl(end < 0 ? text : text.slice(0, end))
  const scheme = 'url' in parsed ? schemeOf(parsed.url) : null
  const settings =
    end < 0
      ? NO_URL_SETTINGS
      : parseSettingsCached(line.trimEnd(), line.indexOf(text) + end, scheme, directory)
  const problems = 'overrides' in settings ? [] : settings
  if ('why' in parsed) return { problems: [{ at: null, why: parsed.why }, ...problems] }
  if (!('overrides' in settings)) return { problems }
  const unfit = unfitFamily(parsed.url, settings.overrides)
  if (unfit !== null) return { problems: [{ at: line.search(/(?<=\s)ipv=/), why: unfit }] }
  return { url: parsed.url, overrides: settings.overrides, labels: settings.labels }
}
