import type { ResolvConf } from './resolv-conf.ts'

/**
 * The absolute names to look up for `name`, in order, as in glibc's res_search. A name with a trailing dot is absolute. A name
 * with at least `ndots` dots is tried as it is before the search domains, and with fewer dots after them.
 */
export function candidates(name: string, { search, ndots }: Pick<ResolvConf, 'search' | 'ndots'>): string[] {
  if (name.endsWith('.')) return [name]
  const absolute = `${name}.`
  if (search.length === 0) return [absolute]
  const searched = search.map((domain) => (domain === '' ? absolute : `${name}.${domain}.`))
  const dots = name.split('.').length - 1
  return [...new Set(dots >= ndots ? [absolute, ...searched] : [...searched, absolute])]
}
