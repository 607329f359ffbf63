import { parseMatcher } from '../../alerts/plan/matcher-text.ts'
import type { NewSilence } from '../../alerts/run/alert-question.ts'
import { redactUrl } from '../../resource/redact-url.ts'
import { shorten } from '../../resource/shorten.ts'
import { parseLongDuration } from '../../settings/durations.ts'
import { parseUrl } from '../../settings/url.ts'
import { ApiError } from './api-error.ts'
import { parseChoice, parseLabelFilter, parseUrlRequest, URL_PARAMETER } from './api-parameters.ts'
import type { Parameter } from './api-parameters.ts'
import { parseTime, timeParameters } from './time-parameters.ts'

/** What answers hold: by default, and at most. */
export const DEFAULT_ROWS = 100
export const MAX_ROWS = 1_000

const NOTIFICATION_STATES = ['sent', 'pending', 'dead'] as const

/** Names, comments and labels, in UTF-16 units. */
const MAX_TEXT_LENGTH = 500

/** The most labels of a silence. */
const MAX_LABELS = 50

const LIMIT: Parameter = {
  name: 'limit',
  meaning: 'at most so many',
  schema: { type: 'integer', minimum: 1, maximum: MAX_ROWS, default: DEFAULT_ROWS },
  example: '50',
}

/** The parameters of `/api/v1/alerts`. */
export const ALERT_PARAMETERS: readonly Parameter[] = [LIMIT]

/** The parameters of `/api/v1/notifications`. */
export const NOTIFICATION_PARAMETERS: readonly Parameter[] = [
  {
    name: 'state',
    meaning:
      '`sent`; `pending`: those that must be sent yet; or `dead`: those that could not be sent and are not tried again',
    schema: { enum: NOTIFICATION_STATES, default: 'sent' },
    example: 'dead',
  },
  LIMIT,
]

/** The parameters of a new silence. */
export const SILENCE_PARAMETERS: readonly Parameter[] = [
  { ...URL_PARAMETER, meaning: 'only alerts of this URL, as in all output; percent-encode it' },
  {
    name: 'label.NAME',
    meaning:
      'alerts whose label NAME is this value, `!value` is not, `~expression` or `!~expression` as a whole; with other names too, all have to match. At least one, or `u`',
    schema: { type: 'string' },
    example: 'web',
    repeatable: true,
  },
  {
    name: 'for',
    meaning: 'how long it lasts from its beginning on, such as 30m, 2h or 14d; or give `to`',
    schema: { type: 'string' },
    example: '2h',
  },
  ...timeParameters(
    'when it begins, as in RFC 3339 or in seconds since the epoch; without it, now',
    'when it ends',
  ),
  {
    name: 'author',
    meaning: 'who asks for it; needed',
    schema: { type: 'string', maxLength: MAX_TEXT_LENGTH },
    example: 'ops',
    required: true,
  },
  {
    name: 'comment',
    meaning: 'why',
    schema: { type: 'string', maxLength: MAX_TEXT_LENGTH },
    example: 'new%20disks',
  },
  {
    name: 'id',
    meaning: 'the silence that this one replaces',
    schema: { type: 'string' },
    example: '…',
  },
]

/** The parameter of a silence that ends. */
export const SILENCE_ID_PARAMETERS: readonly Parameter[] = [
  { name: 'id', meaning: 'its id', schema: { type: 'string' }, example: '…', required: true },
]

/** The parameters of an acknowledgement. */
export const ACKNOWLEDGE_PARAMETERS: readonly Parameter[] = [
  {
    name: 'key',
    meaning: 'the `key` or the `groupKey` of an alert',
    schema: { type: 'string' },
    example: '…',
    required: true,
  },
  {
    name: 'by',
    meaning: 'who looks after it',
    schema: { type: 'string', maxLength: MAX_TEXT_LENGTH },
    example: 'ops',
    required: true,
  },
]

/** Parses a new silence, whose names were checked. `now`: in ms since the epoch. Throws an ApiError that says what would be right. */
export function parseSilence(query: URLSearchParams, now: number): NewSilence {
  const labels = parseLabelFilter(query)
  const urls = query.has('u') ? parseSilencedUrl(query) : []
  if (labels.length === 0 && urls.length === 0)
    throw new ApiError(
      400,
      'no label and no u: say what is silenced, such as label.team=web, or label.team=~.* for all',
    )
  const twice = labels.find(([name], place) => labels.findIndex(([other]) => other === name) !== place)
  if (twice !== undefined)
    throw new ApiError(
      400,
      `label.${shorten(twice[0], 50)}: given twice, but both would have to match; one of several values is label.NAME=~one|two`,
    )
  if (labels.length > MAX_LABELS) throw new ApiError(400, `label.NAME: at most ${MAX_LABELS} labels`)
  const match = labels.map(([name, text]) => {
    if (Math.max(name.length, text.length) > MAX_TEXT_LENGTH)
      throw new ApiError(400, `label.${shorten(name, 50)}: longer than ${MAX_TEXT_LENGTH} characters`)
    try {
      return parseMatcher(name, text)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new ApiError(400, `label.${name}: ${error.message}`)
    }
  })
  const from = parseTime('from', query.get('from'))
  return {
    id: query.get('id'),
    urls,
    match,
    author: requiredText(query, 'author'),
    comment: optionalText(query, 'comment'),
    from,
    to: parseEnd(query, from ?? now),
  }
}

/** The spellings that a URL may have in alerts, without a password. Throws an ApiError for what no list can have. */
function parseSilencedUrl(query: URLSearchParams): readonly string[] {
  const written = parseUrlRequest(query)
  const parsed = parseUrl(written[0] ?? '')
  if ('why' in parsed) throw new ApiError(400, `u: not a URL that can be polled: ${parsed.why}`)
  return [...new Set([...written, redactUrl(parsed.url)])]
}

/** A text that has to be there. Throws an ApiError. */
export function requiredText(query: URLSearchParams, name: string): string {
  const text = optionalText(query, name)
  if (text.trim() === '') throw new ApiError(400, `${name} is missing`)
  return text
}

/** Parses the state of notifications. Throws an ApiError. */
export function parseNotificationState(query: URLSearchParams): (typeof NOTIFICATION_STATES)[number] {
  return parseChoice('state', query.get('state') ?? 'sent', NOTIFICATION_STATES)
}

function optionalText(query: URLSearchParams, name: string): string {
  const text = query.get(name) ?? ''
  if (text.length <= MAX_TEXT_LENGTH) return text
  throw new ApiError(400, `${name}: longer than ${MAX_TEXT_LENGTH} characters`)
}

function parseEnd(query: URLSearchParams, from: number): number {
  const [lasting, to] = [query.get('for'), query.get('to')]
  if (lasting !== null && to !== null) throw new ApiError(400, 'for and to: only one of them')
  const end = parseTime('to', to)
  if (end !== null) return end
  if (lasting === null)
    throw new ApiError(400, 'for is missing: how long it lasts, such as for=2h; or give to')
  try {
    return from + parseLongDuration(lasting)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new ApiError(400, `for: ${error.message}`)
  }
}
