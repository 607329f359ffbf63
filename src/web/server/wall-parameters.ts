import type { ResourceId } from '../../resource/resource.ts'
import { ApiError } from './api-error.ts'
import { parseUrlRequest, URL_PARAMETER } from './api-parameters.ts'
import type { Parameter } from './api-parameters.ts'

/** The parameters of `/api/v1/url`. */
export const URL_OR_ID_PARAMETERS: readonly Parameter[] = [
  URL_PARAMETER,
  {
    name: 'id',
    meaning: 'instead of `u`: the `id` that an answer of this run had',
    schema: { type: 'integer', minimum: 0 },
    example: '17',
  },
]

/** The parameters of `/api/v1/wall`. */
export const WALL_PARAMETERS: readonly Parameter[] = [
  {
    name: 'by',
    meaning: 'the label whose values are the groups; default: the label that most URLs have',
    schema: { type: 'string' },
    example: 'team',
  },
]

/** The parameters of `/api/v1/wall/events`. */
export const WALL_EVENTS_PARAMETERS: readonly Parameter[] = [
  {
    name: 'after',
    meaning: 'the `position` of a wall',
    schema: { type: 'string' },
    example: 'mf2k1x0a-0-12-340',
    required: true,
  },
]

/** Parses the parameters of the events of the wall, whose names were checked. Throws an ApiError if there is no position. */
export function parseWallRequest(query: URLSearchParams): string {
  const after = query.get('after') ?? ''
  if (after === '') throw new ApiError(400, 'after is missing: the position of an answer of /api/v1/wall')
  return after
}

/** Parses the parameters of one URL, whose names were checked, into its id, or the spellings that it may have in the lists. Throws an ApiError that says what would be right. */
export function parseUrlOrIdRequest(query: URLSearchParams): ResourceId | readonly string[] {
  const id = query.get('id')
  if (id === null) return parseUrlRequest(query)
  if (query.has('u')) throw new ApiError(400, 'u and id cannot be used together')
  if (/^\d{1,9}$/.test(id)) return Number(id) as ResourceId
  throw new ApiError(400, 'id: not the id of an answer')
}
