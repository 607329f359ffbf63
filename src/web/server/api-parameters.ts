import { VERDICTS } from '../../resource/resource.ts'
import { closestName } from '../../settings/closest-name.ts'
import { quote } from '../../settings/quote.ts'
import { RECENT_POLLS } from '../../api/recent-polls.ts'
import { SORTS } from '../../api/url-query.ts'
import type { Place, Sort, UrlFilter } from '../../api/url-query.ts'
import { ApiError } from './api-error.ts'
import { LAST_PAGE, parseCursor } from './cursor.ts'

/** URLs of one answer: by default, and at most. */
export const DEFAULT_LIMIT = 100
export const MAX_LIMIT = 1_000

/** A parameter of a path. The documentation and the OpenAPI description come from these rows. */
export interface Parameter {
  readonly name: string
  readonly meaning: string
  /** A JSON Schema of its value. */
  readonly schema: Readonly<Record<string, unknown>>
  readonly example: string
  readonly required?: boolean
  readonly repeatable?: boolean
}

/** The methods of the API. All but GET change something. */
export type ApiMethod = 'GET' | 'POST' | 'DELETE'

/** What a path answers, for the documentation and the OpenAPI description. */
export interface PathFacts {
  readonly path: string
  /** Default: GET. */
  readonly method?: ApiMethod
  readonly summary: string
  readonly parameters: readonly Parameter[]
  /** The name of the schema of its answer in `components`; null: not JSON of its own. */
  readonly schema: string | null
  /** The type of an answer that is not JSON. Default: events. */
  readonly type?: 'application/octet-stream'
}

/** The parameters of `/api/v1/urls`. */
export const LIST_PARAMETERS: readonly Parameter[] = [
  {
    name: 'q',
    meaning: 'a text in the URL, its labels, or the text that goes with its reason; in any case',
    schema: { type: 'string' },
    example: 'shop',
  },
  {
    name: 'verdict',
    meaning: 'only URLs with this verdict; repeat it for more than one',
    schema: { enum: VERDICTS },
    example: 'down',
    repeatable: true,
  },
  {
    name: 'label.NAME',
    meaning: 'only URLs whose label NAME has this value; with other names too, all have to match',
    schema: { type: 'string' },
    example: 'web',
  },
  {
    name: 'sort',
    meaning: Object.entries(SORTS)
      .map(([name, order]) => `${name}: ${order}`)
      .join('. '),
    schema: { enum: Object.keys(SORTS), default: 'worst' },
    example: 'slowest',
  },
  {
    name: 'limit',
    meaning: 'at most so many URLs',
    schema: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
    example: '50',
  },
  {
    name: 'polls',
    meaning: 'so many of the last polls of each URL, as `polls`: verdict and duration, the oldest first',
    schema: { type: 'integer', minimum: 1, maximum: RECENT_POLLS },
    example: '50',
  },
  {
    name: 'cursor',
    meaning:
      'the `cursor` of the page before; leave the other parameters as they were. `last`: the last `limit` URLs',
    schema: { type: 'string' },
    example: '…',
  },
]

/** The parameter of one URL. */
export const URL_PARAMETER: Parameter = {
  name: 'u',
  meaning: 'the URL, as in all output; percent-encode it',
  schema: { type: 'string' },
  example: 'https%3A%2F%2Fa.example%2F',
}

/** The parameters of a path that needs one URL. */
export const URL_PARAMETERS: readonly Parameter[] = [{ ...URL_PARAMETER, required: true }]

/** What `/api/v1/urls` is asked for. */
export interface ListRequest {
  readonly filter: UrlFilter
  readonly sort: Sort
  readonly limit: number
  readonly after: Place | typeof LAST_PAGE | null
  /** So many of the last polls of each URL. */
  readonly polls: number
}

/** Parses the parameters of a list, whose names were checked. Throws an ApiError that says what would be right. */
export function parseListRequest(query: URLSearchParams): ListRequest {
  const sort = parseChoice('sort', query.get('sort') ?? 'worst', Object.keys(SORTS) as Sort[])
  return {
    filter: {
      urls: null,
      text: query.get('q') ?? '',
      verdicts: query.getAll('verdict').map((text) => parseChoice('verdict', text, VERDICTS)),
      labels: parseLabelFilter(query),
    },
    sort,
    limit: parseLimit(query.get('limit'), DEFAULT_LIMIT, MAX_LIMIT),
    after: parseAfter(query.get('cursor'), sort),
    polls: query.has('polls') ? parseLimit(query.get('polls'), RECENT_POLLS, RECENT_POLLS, 'polls') : 0,
  }
}

/** Names and values of the labels that a query asks for. */
export function parseLabelFilter(query: URLSearchParams): [name: string, value: string][] {
  return [...query].flatMap(([name, value]): [string, string][] =>
    isLabel(name) ? [[name.slice('label.'.length), value]] : [],
  )
}

const LOGIN = /^([a-z][a-z0-9+.-]*:[/\\]*)[^/?#\\]*@/i

/** Parses the parameters of one URL, whose names were checked, into the spellings that it may have in the lists. Throws an ApiError that says what would be right. */
export function parseUrlRequest(query: URLSearchParams): readonly string[] {
  // No output has a login, and a silence is kept and shown.
  const text = (query.get('u') ?? '').replace(LOGIN, '$1')
  if (text === '') throw new ApiError(400, 'u is missing: the URL, such as ?u=https%3A%2F%2Fa.example%2F')
  const url = URL.parse(text)
  if (url === null) return [text]
  return [...new Set([text, Object.assign(url, { username: '', password: '' }).href])]
}

/** Throws an ApiError for a parameter that is not in the table, or there twice. */
export function checkNames(query: URLSearchParams, parameters: readonly Parameter[]): void {
  const names = parameters.map(({ name }) => name)
  const seen = new Set<string>()
  for (const name of query.keys()) {
    const known = names.includes('label.NAME') && isLabel(name) ? 'label.NAME' : name
    const parameter = parameters.find((one) => one.name === known)
    if (parameter === undefined) {
      const closest = closestName(name, names)
      const all = names.length === 0 ? 'there are none here' : `known: ${names.join(', ')}`
      throw new ApiError(
        400,
        `unknown parameter ${quote(name)}${closest === null ? '' : `, did you mean ${closest}?`} (${all})`,
      )
    }
    if (seen.has(name) && parameter.repeatable !== true)
      throw new ApiError(400, `${quote(name)} is there twice`)
    seen.add(name)
  }
}

function isLabel(name: string): boolean {
  return name.startsWith('label.') && name.length > 'label.'.length
}

/** Parses one of some words. Throws an ApiError that says what would be right. */
export function parseChoice<T extends string>(name: string, text: string, choices: readonly T[]): T {
  const known = choices.find((one) => one === text)
  if (known !== undefined) return known
  const closest = closestName(text, choices)
  throw new ApiError(
    400,
    `${name}: unknown value ${quote(text)}${closest === null ? '' : `, did you mean ${closest}?`} (known: ${choices.join(', ')})`,
  )
}

/** Parses a limit, or another number from 1. `standard`: without one. Throws an ApiError that says what would be right. */
export function parseLimit(text: string | null, standard: number, max: number, name = 'limit'): number {
  if (text === null) return standard
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (limit >= 1 && limit <= max) return limit
  throw new ApiError(400, `${name}: not a number from 1 to ${max}, such as ${name}=${standard}`)
}

function parseAfter(text: string | null, sort: Sort): ListRequest['after'] {
  if (text === null || text === LAST_PAGE) return text
  const cursor = parseCursor(text)
  if (cursor === null)
    throw new ApiError(400, 'cursor: not the cursor of an answer; leave it out for the first page')
  if (cursor.sort !== sort)
    throw new ApiError(400, `cursor: it belongs to sort=${cursor.sort}; leave it out for the first page`)
  return cursor.place
}
