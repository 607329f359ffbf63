import packageJson from '#package.json' with { type: 'json' }
import output from '#schema/output.schema.json' with { type: 'json' }
import type { PathFacts } from './api-parameters.ts'
import { HISTORY_SCHEMAS, urlDetailSchema } from './history-schemas.ts'

type Schema = Readonly<Record<string, unknown>>

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

/** A schema of JSON lines with its references as they are here. */
function moved(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema).replaceAll('#/$defs/fill', '#/components/schemas/Usage')) as Schema
}

const refTo = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const json = (schema: Schema) => ({ content: { 'application/json': { schema } } })

/** The API, under a prefix, as OpenAPI 3.1. Its schemas are those of JSON lines. */
export function openApiDocument(paths: readonly PathFacts[], prefix: string): object {
  return {
    openapi: '3.1.1',
    info: {
      title: 'headcount',
      version: packageJson.version,
      description:
        'What headcount knows of the URLs that it polls. Later versions may add paths, fields and reasons.',
      license: { name: packageJson.license, identifier: packageJson.license },
    },
    servers: [{ url: prefix }],
    security: [],
    paths: Object.fromEntries(paths.map((facts) => [facts.path, { get: operation(facts) }])),
    components: {
      schemas: {
        Summary: moved(output.$defs.summary),
        Usage: output.$defs.fill,
        Url: urlSchema(),
        UrlDetail: urlDetailSchema(urlSchema()),
        ListedUrl: urlSchema({ polls: POLLS }),
        UrlList: LIST,
        ...HISTORY_SCHEMAS,
        OpenApi: { type: 'object', required: ['openapi', 'info', 'paths'] },
        Event: EVENT,
        WallNews: WALL_NEWS,
        Error: ERROR,
      },
    },
  }
}

function operation({ path, summary, parameters, schema, type }: PathFacts): object {
  const isSearch = parameters.length > 0
  const retry = { 'Retry-After': { schema: { type: 'integer' }, description: 'in s' } }
  return {
    operationId: path.replace('/api/v1/', '').replace('.json', '').replace('/', '-'),
    summary,
    parameters: parameters.map(({ name, meaning, schema: value, example, required, repeatable }) => ({
      name,
      in: 'query',
      description: meaning,
      required: required === true,
      schema: repeatable === true ? { type: 'array', items: value } : value,
      ...(example === '…' ? {} : { example: repeatable === true ? [example] : decodeURIComponent(example) }),
    })),
    responses: {
      200:
        schema === null
          ? type === undefined
            ? STREAM
            : { description: summary, content: { [type]: {} } }
          : {
              description: summary,
              headers: { ETag: { schema: { type: 'string' } } },
              ...json(refTo(schema)),
            },
      ...(schema === null ? {} : { 304: { description: 'the answer is still that of If-None-Match' } }),
      400: { description: 'a parameter is wrong: why, and what would be right', ...json(refTo('Error')) },
      ...(isSearch ? { 404: { description: 'no list has this URL', ...json(refTo('Error')) } } : {}),
      503: {
        description: 'too many at once, or the monitor or the recorder is being replaced',
        headers: retry,
        ...json(refTo('Error')),
      },
    },
  }
}

const STREAM = {
  description: 'a stream that does not end',
  content: { 'text/event-stream': { schema: refTo('Event') } },
}

/** `more`: fields that it may have besides. */
function urlSchema(more: Schema = {}): Schema {
  const { properties, required } = output.$defs.state
  const fields = Object.entries(properties as Record<string, Schema>).map(([name, schema]) => [
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
    required: [...required, 'since', 'id'],
  }
}

const POLLS: Schema = {
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

const LIST: Schema = {
  type: 'object',
  properties: {
    urls: { type: 'array', items: refTo('ListedUrl') },
    matches: { type: 'integer', minimum: 0, description: 'How many URLs there are on all pages' },
    cursor: { type: ['string', 'null'], description: 'For the next page; null on the last one' },
  },
  required: ['urls', 'matches', 'cursor'],
}

const EVENT: Schema = {
  description:
    'The data of one event. state: a URL has changed, and is now so. summary: the whole list, every few seconds. reset: changes are missing, so read the list again. wall: see docs/api.md.',
  oneOf: [
    refTo('Url'),
    refTo('Summary'),
    { type: 'object', properties: { type: { const: 'reset' } }, required: ['type'] },
    refTo('WallNews'),
  ],
}

const WALL_NEWS: Schema = {
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

const ERROR: Schema = {
  type: 'object',
  properties: {
    error: { type: 'string', description: 'What is wrong, and what would be right; for people' },
  },
  required: ['error'],
}
