import { SORTS } from '../../api/url-query.ts'
import type { Place, Sort } from '../../api/url-query.ts'

/** The cursor of the last page of any list. */
export const LAST_PAGE = 'last'

/** The place of the last URL of a page, as text for the request for the next page. */
export function formatCursor(sort: Sort, { score, id }: Place): string {
  return Buffer.from(JSON.stringify([sort, score, id])).toString('base64url')
}

/** What `formatCursor` made; null if it is something else. */
export function parseCursor(text: string): { readonly sort: Sort; readonly place: Place } | null {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return null // Not JSON.
  }
  if (!Array.isArray(value) || value.length !== 3) return null
  const [sort, score, id] = value as unknown[]
  const isPlace =
    typeof score === 'number' && Number.isFinite(score) && Number.isSafeInteger(id) && (id as number) >= 0
  if (typeof sort !== 'string' || !Object.hasOwn(SORTS, sort) || !isPlace) return null
  return { sort: sort as Sort, place: { score, id: id as number } }
}
