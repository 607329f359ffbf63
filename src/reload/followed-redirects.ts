import { counted } from '../resource/counted.ts'
import { redactUrl } from '../resource/redact-url.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import type { Url } from '../resource/resource.ts'
import type { Profiles } from '../settings/profiles.ts'
import { REDIRECT_STATUSES } from '../settings/redirect-statuses.ts'
import type { UrlOptions } from '../settings/url-options.ts'

/** The most lines. */
const MAX_REPORTED = 10

type Options = Pick<UrlOptions, 'accept' | 'maxRedirects'>

/**
 * Tells which URLs accept nothing but redirects, which are followed before they are judged, a line for each set of settings. Most often,
 * the redirect itself is meant.
 */
export function followedRedirects(
  flags: Options,
  profiles: Pick<Profiles, 'all'>,
  table: ResourceTable,
): string[] {
  const sets = [[0, flags] as const, ...profiles.all()].filter(([, options]) => acceptsOnlyFollowed(options))
  if (sets.length === 0) return []
  const urls = new Map(sets.map(([number]) => [number, { first: '' as Url, count: 0 }]))
  for (const id of table.ids()) {
    const found = urls.get(table.profile(id))
    if (found === undefined || !table.url(id).startsWith('http')) continue
    if (found.count++ === 0) found.first = table.url(id)
  }
  const lines = sets.flatMap(([number, { accept }]) => {
    const { first, count } = urls.get(number) as { first: Url; count: number }
    if (count === 0) return []
    const others = count === 1 ? '' : ` and ${counted(count - 1, 'more URL')}`
    return `${redactUrl(first)}${others}: accept=${textOf(accept)}: redirects are followed and not judged themselves, unless max-redirects=0`
  })
  if (lines.length <= MAX_REPORTED) return lines
  return [...lines.slice(0, MAX_REPORTED), `and ${lines.length - MAX_REPORTED} more such settings`]
}

function acceptsOnlyFollowed({ accept, maxRedirects }: Options): boolean {
  if (maxRedirects === 0 || !accept.every(([from, to]) => from >= 300 && to <= 399)) return false
  return [...REDIRECT_STATUSES].some((status) => accept.some(([from, to]) => from <= status && status <= to))
}

function textOf(accept: UrlOptions['accept']): string {
  return accept.map(([from, to]) => (from === to ? `${from}` : `${from}..=${to}`)).join(',')
}
