import type { ResolvConf } from './resolv-conf.ts'

/**
 * The absolute names to ask for `name`, in order, as glibc's res_search does: a trailing dot makes it absolute; with
 * `ndots` dots it is asked as it is before the search domains are, with fewer after them.
 */
export function candidates(name: string, { search, ndots }: Pick<ResolvConf, 'search' | 'ndots'>): string[] {
  if (name.endsWith('.')) return [name]
  const absolute = `${name}.`
  if (search.length === 0) return [absolute]
  const searched = search.map((domain) => (domain === '' ? absolute : `${name}.${domain}.`))
  const dots = name.split('.').length - 1
  return [...new Set(dots >= ndots ? [absolute, ...searched] : [...searched, absolute])]
}
