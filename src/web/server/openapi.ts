import packageJson from '#package.json' with { type: 'json' }
import output from '#schema/output.schema.json' with { type: 'json' }
import type { PathFacts } from './api-parameters.ts'
import { ERROR, EVENT, LIST, MAINTENANCE, POLLS, refTo, urlSchema, WALL_NEWS } from './api-schemas.ts'
import { ALERT_SCHEMAS } from './alert-schemas.ts'
import { HISTORY_SCHEMAS, urlDetailSchema } from './history-schemas.ts'
import type { Schema } from './json-schema.ts'

/** A schema of JSON lines with its references as they are here. */
function moved(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema).replaceAll('#/$defs/fill', '#/components/schemas/Usage')) as Schema
}

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
    paths: pathItems(paths),
    components: {
      schemas: {
        Summary: summarySchema(),
        Usage: output.$defs.fill,
        Url: urlSchema(),
        UrlDetail: urlDetailSchema(urlSchema()),
        ListedUrl: urlSchema({ polls: POLLS, maintenance: MAINTENANCE }),
        UrlList: LIST,
        ...HISTORY_SCHEMAS,
        ...ALERT_SCHEMAS,
        OpenApi: { type: 'object', required: ['openapi', 'info', 'paths'] },
        Event: EVENT,
        WallNews: WALL_NEWS,
        Error: ERROR,
      },
    },
  }
}

/** The summary of JSON lines, with what only the API says. */
function summarySchema(): object {
  const summary = moved(output.$defs.summary) as { readonly properties: object }
  const alerts = { type: 'boolean', description: 'Whether there are alerts; not in the event' }
  return { ...summary, properties: { ...summary.properties, alerts } }
}

function pathItems(paths: readonly PathFacts[]): Readonly<Record<string, object>> {
  const items: Record<string, object> = {}
  for (const facts of paths) {
    const { path, method = 'GET' } = facts
    items[path] = { ...items[path], [method.toLowerCase()]: operation(facts) }
  }
  return items
}

function operation({ path, method = 'GET', summary, parameters, schema, type }: PathFacts): object {
  const isSearch = parameters.length > 0
  const isChange = method !== 'GET'
  const retry = { 'Retry-After': { schema: { type: 'integer' }, description: 'in s' } }
  return {
    operationId: `${isChange ? `${method.toLowerCase()}-` : ''}${path.replace('/api/v1/', '').replace('.json', '').replace('/', '-')}`,
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
              ...(isChange ? {} : { headers: { ETag: { schema: { type: 'string' } } } }),
              ...json(refTo(schema)),
            },
      ...(isChange ? { 403: { description: FORBIDDEN, ...json(refTo('Error')) } } : {}),
      ...(schema === null || isChange
        ? {}
        : { 304: { description: 'the answer is still that of If-None-Match' } }),
      400: { description: 'a parameter is wrong: why, and what would be right', ...json(refTo('Error')) },
      ...(isSearch
        ? { 404: { description: 'there is none, as the error says', ...json(refTo('Error')) } }
        : {}),
      503: {
        description: 'too many at once, or a thread that has to answer is being replaced',
        headers: retry,
        ...json(refTo('Error')),
      },
    },
  }
}

const FORBIDDEN =
  'the request is neither from this machine nor with a password, or a page of another site made it'

const STREAM = {
  description: 'a stream that does not end',
  content: { 'text/event-stream': { schema: refTo('Event') } },
}
