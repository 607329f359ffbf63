import { HISTORY_VERDICTS, UPTIME_PERIODS } from '../../history/record/history-question.ts'
import { COUNT, objectOf, TIME } from './json-schema.ts'
import type { Schema } from './json-schema.ts'

const SECONDS: Schema = { type: 'number', minimum: 0 }
const DURATION: Schema = { type: ['number', 'null'], minimum: 0 }
const RATIO: Schema = {
  type: ['number', 'null'],
  minimum: 0,
  maximum: 1,
  description: 'up ÷ (up + down), by time; null if it was neither',
}
const STATUS: Schema = { type: ['integer', 'null'], description: 'Of the answer; null if there was none' }
const REASON: Schema = {
  type: 'string',
  description: 'As in JSON lines; later versions may add more',
}
const VERDICT: Schema = { enum: HISTORY_VERDICTS }

const BUCKET = objectOf(
  {
    at: { ...TIME, description: 'Its beginning' },
    polls: COUNT,
    up: COUNT,
    down: COUNT,
    unknown: COUNT,
    minMs: DURATION,
    meanMs: DURATION,
    maxMs: DURATION,
    p50Ms: DURATION,
    p95Ms: DURATION,
  },
  'Polls of one part of the time. Durations are those of polls that were up, within 3.5 %; null if there are none',
)

const UPTIME = objectOf({
  ratio: RATIO,
  upSeconds: SECONDS,
  downSeconds: SECONDS,
  unknownSeconds: SECONDS,
  maintenanceSeconds: { ...SECONDS, description: 'In a maintenance window, whatever polls found' },
  notWatchedSeconds: {
    ...SECONDS,
    description: 'headcount did not run, or the URL was in no list',
  },
})

const INCIDENT = objectOf({
  id: COUNT,
  url: { type: 'string' },
  labels: { type: 'object', additionalProperties: { type: 'string' } },
  verdict: { enum: HISTORY_VERDICTS.filter((verdict) => verdict !== 'up') },
  begin: TIME,
  end: { type: ['string', 'null'], format: 'date-time', description: 'Null while it goes on' },
  maintenance: { type: 'boolean', description: 'It began in a maintenance window' },
  reasons: {
    type: 'array',
    description: 'One for each change of the reason or the status, in order',
    items: objectOf({
      reason: REASON,
      status: STATUS,
      text: {
        type: 'string',
        description: 'What was seen at the first poll; it may hold text of the server',
      },
      at: TIME,
      polls: { ...COUNT, description: 'How many polls found this' },
    }),
  },
})

/** The schemas of the answers from history. */
export const HISTORY_SCHEMAS: Readonly<Record<string, Schema>> = {
  History: objectOf({
    url: { type: 'string' },
    from: TIME,
    to: TIME,
    step: {
      type: 'integer',
      minimum: 300,
      description: 'Length of a bucket, in s: what was asked for, or more where nothing finer is kept',
    },
    uptime: UPTIME,
    maintenance: {
      type: 'array',
      description: 'When it was in maintenance, in order; times that are close to each other as one',
      items: objectOf({ from: TIME, to: TIME }),
    },
    buckets: { type: 'array', description: 'Those with polls, in order', items: BUCKET },
  }),
  IncidentList: objectOf({
    incidents: { type: 'array', items: INCIDENT },
    next: { type: ['string', 'null'], description: 'The cursor of the next page; null on the last one' },
  }),
}

/** The schema of one URL with what history knows of it. `url`: the schema of a URL. */
export function urlDetailSchema(url: Schema): Schema {
  const { properties, required } = url as { properties: Record<string, Schema>; required: readonly string[] }
  const period = objectOf({
    ratio: RATIO,
    watched: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      description: 'The share of the period that was watched',
    },
    maintenance: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      description: 'The share of the period that it was in a maintenance window, and watched',
    },
  })
  const periods = objectOf(Object.fromEntries(Object.keys(UPTIME_PERIODS).map((name) => [name, period])))
  const poll = objectOf({
    at: TIME,
    verdict: VERDICT,
    reason: REASON,
    status: STATUS,
    durationMs: { type: 'number', minimum: 0 },
  })
  return {
    ...url,
    properties: {
      ...properties,
      uptime: {
        description:
          'By the period that ends now; null if the history does not know the URL or does not answer',
        anyOf: [periods, { type: 'null' }],
      },
      maintenance: {
        type: ['boolean', 'null'],
        description: 'Whether it is in a maintenance window now; null as for uptime',
      },
      latest: {
        description: 'Its latest polls, the last one first; null as for uptime',
        anyOf: [{ type: 'array', items: poll }, { type: 'null' }],
      },
      settings: {
        type: ['array', 'null'],
        items: { type: 'string' },
        description:
          'All settings that have a value, as a line of a list has them, with … for secrets; null if it has just left the lists',
      },
    },
    required: [...required, 'uptime', 'maintenance', 'latest', 'settings'],
  }
}
