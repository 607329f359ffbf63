import { VERDICTS } from '../../../src/resource/resource.ts'
import type { Verdict } from '../server/answers.ts'

/** The orders that the server has, with their names for people. */
export const SORTS = {
  list: 'as listed',
  worst: 'worst first',
  changed: 'last change',
  slowest: 'slowest first',
  certificate: 'certificate',
} as const

export type Sort = keyof typeof SORTS

/** Which URLs the list shows, and in which order. It is in the address, so that a view can be shared. */
export interface Filters {
  readonly text: string
  readonly verdicts: readonly Verdict[]
  readonly labels: readonly (readonly [name: string, value: string])[]
  readonly sort: Sort
}

/** Reads filters from the query of an address. What is not known there is left out. */
export function parseFilters(query: URLSearchParams): Filters {
  const sort = query.get('sort') ?? ''
  return {
    text: query.get('q') ?? '',
    verdicts: VERDICTS.filter((verdict) => query.getAll('verdict').includes(verdict)),
    labels: [...query].flatMap(([name, value]) =>
      name.startsWith('label.') && name.length > 6 ? [[name.slice(6), value] as const] : [],
    ),
    sort: Object.hasOwn(SORTS, sort) ? (sort as Sort) : 'list',
  }
}

/** The query of an address. */
export function formatFilters({ text, verdicts, labels, sort }: Filters): URLSearchParams {
  const query = new URLSearchParams()
  if (text !== '') query.set('q', text)
  for (const verdict of verdicts) query.append('verdict', verdict)
  // A name can be there once.
  for (const [name, value] of labels) query.set(`label.${name}`, value)
  if (sort !== 'list') query.set('sort', sort)
  return query
}

/** The query for `/api/v1/urls`. */
export function searchQuery(filters: Filters): string {
  const query = formatFilters(filters)
  query.set('sort', filters.sort)
  return query.toString()
}

/** Whether all URLs are shown. */
export function isEmpty({ text, verdicts, labels }: Filters): boolean {
  return text === '' && verdicts.length === 0 && labels.length === 0
}
