import { parseLabels } from '../../resource/labels.ts'
import { isoDate } from '../../resource/iso-date.ts'
import { jsonText, withFields } from '../../print/text/json.ts'
import type {
  IncidentAnswer,
  IncidentFilter,
  LatestPollAnswer,
  UrlHistory,
} from '../../history/record/history-question.ts'
import { ApiError } from './api-error.ts'
import type { Endpoint } from './endpoint.ts'
import {
  parseLabelFilter,
  parseLimit,
  parseUrlRequest,
  URL_PARAMETER,
  URL_PARAMETERS,
} from './api-parameters.ts'
import type { Parameter } from './api-parameters.ts'
import { RecorderError } from './recorder-client.ts'
import type { RecorderClient } from './recorder-client.ts'
import { parseRange, parseStep, RANGE_PARAMETERS, STEP_PARAMETER } from './time-parameters.ts'

/** Incidents of one answer: by default, and at most. */
const DEFAULT_INCIDENTS = 50
const MAX_INCIDENTS = 500

/** The parameters of `/api/v1/history`. */
export const HISTORY_PARAMETERS: readonly Parameter[] = [
  ...URL_PARAMETERS,
  ...RANGE_PARAMETERS,
  STEP_PARAMETER,
]

/** The parameters of `/api/v1/incidents`. */
export const INCIDENT_PARAMETERS: readonly Parameter[] = [
  { ...URL_PARAMETER, meaning: 'only those of this URL; percent-encode it' },
  {
    name: 'label.NAME',
    meaning: 'only those of URLs whose label NAME has this value; with other names too, all have to match',
    schema: { type: 'string' },
    example: 'web',
  },
  ...RANGE_PARAMETERS,
  {
    name: 'limit',
    meaning: 'at most so many incidents',
    schema: { type: 'integer', minimum: 1, maximum: MAX_INCIDENTS, default: DEFAULT_INCIDENTS },
    example: '20',
  },
  {
    name: 'cursor',
    meaning: 'the `next` of the page before; leave the other parameters as they were',
    schema: { type: 'string' },
    example: '…',
  },
]

/** The paths of the API that answer from history. `prefix`: what they begin with. `now`: in ms since the epoch. */
export function historyEndpoints(
  recorder: Pick<RecorderClient, 'ask'>,
  prefix: string,
  now: () => number,
): readonly Endpoint[] {
  return [
    {
      path: `${prefix}history`,
      summary: 'One URL over a time: uptime, polls and durations',
      parameters: HISTORY_PARAMETERS,
      schema: 'History',
      async answer(query) {
        const range = parseRange(query, now())
        const stepMs = parseStep(query, range)
        const urls = parseUrlRequest(query)
        const history = await recorder.ask({ type: 'history', urls, ...range, stepMs })
        if (history === null) throw unknownUrl()
        return historyJson(history)
      },
    },
    {
      path: `${prefix}incidents`,
      summary: 'Times in which URLs were not up, the latest first, a page at a time',
      parameters: INCIDENT_PARAMETERS,
      schema: 'IncidentList',
      async answer(query) {
        const page = await recorder.ask({
          type: 'incidents',
          filter: parseIncidentFilter(query),
          ...parseRange(query, now()),
          limit: parseLimit(query.get('limit'), DEFAULT_INCIDENTS, MAX_INCIDENTS),
          cursor: parseIncidentCursor(query.get('cursor')),
        })
        if (page === null) throw unknownUrl()
        return jsonText({ incidents: page.incidents.map(incidentFields), next: page.next })
      },
    },
  ]
}

/** A row of `/api/v1/url` with what history knows of the URL. Null stands for what is not known, as while the recorder is being replaced. */
export async function withHistory(
  row: string,
  recorder: Pick<RecorderClient, 'ask'>,
  urls: readonly string[],
): Promise<string> {
  const now = await recorder.ask({ type: 'url', urls }).catch((error: unknown) => {
    if (error instanceof RecorderError) return null
    throw error
  })
  return withFields(row, {
    uptime: now?.uptime ?? null,
    maintenance: now?.maintenance ?? null,
    latest: now?.latest.map(pollFields) ?? null,
  })
}

/** Parses the parameters that choose incidents by their URLs, whose names were checked. Throws an ApiError that says what would be right. */
export function parseIncidentFilter(query: URLSearchParams): IncidentFilter {
  return { urls: query.has('u') ? parseUrlRequest(query) : null, labels: parseLabelFilter(query) }
}

/** The answer to a question about a URL that the history does not know. */
export function unknownUrl(): ApiError {
  return new ApiError(404, 'the history does not know this URL')
}

function historyJson({ url, from, to, stepMs, uptime, maintenance, buckets }: UrlHistory): string {
  return jsonText({
    url,
    from: isoDate(from),
    to: isoDate(to),
    step: stepMs / 1_000,
    uptime,
    maintenance: maintenance.map(({ begin, end }) => ({ from: isoDate(begin), to: isoDate(end) })),
    buckets: buckets.map((bucket) => ({ ...bucket, at: isoDate(bucket.at) })),
  })
}

function incidentFields({ labels, begin, end, reasons, ...incident }: IncidentAnswer) {
  const { id, url, verdict, maintenance } = incident
  return {
    id,
    url,
    labels: parseLabels(labels),
    verdict,
    begin: isoDate(begin),
    end: end === null ? null : isoDate(end),
    maintenance,
    reasons: reasons.map((reason) => ({ ...reason, at: isoDate(reason.at) })),
  }
}

function pollFields(poll: LatestPollAnswer) {
  return { ...poll, at: isoDate(poll.at) }
}

/** As the history writes them: when the last incident of a page began, and its number. */
function parseIncidentCursor(text: string | null): string | null {
  if (text === null || /^\d{1,15}-\d{1,15}$/.test(text)) return text
  throw new ApiError(400, 'cursor: not the next of an answer; leave it out for the first page')
}
