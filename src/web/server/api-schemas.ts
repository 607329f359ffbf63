import output from '#schema/output.schema.json' with { type: 'json' }
import type { Schema } from './json-schema.ts'

/** Fields of a State that are null while a URL was not polled, and those that it has nonetheless. */
const ALWAYS_KNOWN: ReadonlySet<string> = new Set([
  'type',
  'url',
  'verdict',
  'statusText',
  'detail',
  'errCount',
  'labels',
])

/** What a line of JSON says of one poll, and the API does not say of a URL. */
const OF_LINES_ONLY: ReadonlySet<string> = new Set(['previousVerdict', 'consecutive'])

/** A reference to a schema of the description. */
export const refTo = (name: string) => ({ $ref: `#/components/schemas/${name}` })

/** A URL with its last poll. `more`: fields that it may have besides. */
export function urlSchema(more: Schema = {}): Schema {
  const { properties, required: ofLines } = output.$defs.state
  const required = ofLines.filter((name) => !OF_LINES_ONLY.has(name))
  const fields = Object.entries(properties as Record<string, Schema>)
    .filter(([name]) => !OF_LINES_ONLY.has(name))
    .map(([name, schema]) => [
      name,
      ALWAYS_KNOWN.has(name) || !required.includes(name) ? schema : { anyOf: [schema, { type: 'null' }] },
    ])
  return {
    type: 'object',
    description:
      'A URL with its last poll: the fields of JSON lines, and since. Null is what is not known because the URL was not polled yet, or not since the monitor was replaced.',
    properties: {
      ...Object.fromEntries(fields),
      verdict: {
        enum: [...properties.verdict.enum, 'pending'],
        description: `${properties.verdict.description}. pending: not polled yet`,
      },
      since: {
        type: ['string', 'null'],
        format: 'date-time',
        description: 'When its verdict last changed; null if that is not known',
      },
      id: {
        type: 'integer',
        minimum: 0,
        description:
          'Its number in this run. A URL that comes later may get that of one that has left the lists',
      },
      ...more,
    },
    required: [...new Set([...required, 'since', 'id'])],
  }
}

/** The last polls of a URL. */
export const POLLS: Schema = {
  type: 'array',
  description:
    'The last polls since headcount started, the oldest first: verdict, and duration in ms within 10 %. Only with polls=',
  items: {
    type: 'array',
    prefixItems: [{ enum: ['up', 'down', 'unknown'] }, { type: 'number' }],
    items: false,
    minItems: 2,
  },
}

/** Whether a URL is in maintenance. */
export const MAINTENANCE: Schema = {
  const: true,
  description: 'It is in a maintenance window now. Absent if it is not, or while that is not known',
}

/** A page of URLs. */
export const LIST: Schema = {
  type: 'object',
  properties: {
    urls: { type: 'array', items: refTo('ListedUrl') },
    matches: { type: 'integer', minimum: 0, description: 'How many URLs there are on all pages' },
    cursor: { type: ['string', 'null'], description: 'For the next page; null on the last one' },
  },
  required: ['urls', 'matches', 'cursor'],
}

/** The data of one server-sent event. */
export const EVENT: Schema = {
  description:
    'The data of one event. state: a URL has changed, and is now so. summary: the whole list, every few seconds. reset: changes are missing, so read the list again. wall: see docs/api.md.',
  oneOf: [
    refTo('Url'),
    refTo('Summary'),
    { type: 'object', properties: { type: { const: 'reset' } }, required: ['type'] },
    refTo('WallNews'),
  ],
}

/** What has changed on the wall. */
export const WALL_NEWS: Schema = {
  type: 'object',
  properties: {
    type: { const: 'wall' },
    counts: {
      type: 'array',
      items: { type: 'integer' },
      description: 'How many URLs are pending, up, down and unknown',
    },
    ids: {
      type: 'string',
      contentEncoding: 'base64',
      description:
        'The ids that have changed or were polled, ascending: for each one the distance to the one before (from -1 on) times 4 plus its verdict, as LEB128',
    },
  },
  required: ['type', 'counts', 'ids'],
}

/** What went wrong. */
export const ERROR: Schema = {
  type: 'object',
  properties: {
    error: { type: 'string', description: 'What is wrong, and what would be right; for people' },
  },
  required: ['error'],
}
