import type { ResourceId } from '../../resource/resource.ts'
import { withFields } from '../../print/text/json.ts'
import type { UrlSettings } from '../../threads/web-protocol.ts'
import { alertEndpoints } from './alert-endpoints.ts'
import type { AlerterClient } from './alerter-client.ts'
import { LIST_PARAMETERS, parseListRequest } from './api-parameters.ts'
import type { PathFacts } from './api-parameters.ts'
import type { Endpoint } from './endpoint.ts'
import { historyEndpoints, withHistory } from './history-endpoints.ts'
import type { MonitorClient } from './monitor-client.ts'
import { openApiDocument } from './openapi.ts'
import type { RecorderClient } from './recorder-client.ts'
import type { UrlFinder } from './url-finder.ts'
import {
  parseUrlOrIdRequest,
  URL_OR_ID_PARAMETERS,
  WALL_EVENTS_PARAMETERS,
  WALL_PARAMETERS,
} from './wall-parameters.ts'

/** All paths of the API begin with it. */
const PREFIX = '/api/v1/'

/** The path of the events, which HttpServer keeps open. */
export const EVENTS_PATH: PathFacts = {
  path: `${PREFIX}events`,
  summary: 'Changes and summaries as server-sent events',
  parameters: [],
  schema: null,
}

/** The path of the wall, which is not JSON. */
export const WALL_PATH: PathFacts = {
  path: `${PREFIX}wall`,
  summary: 'The verdict and the group of every URL, for the wall of the page',
  parameters: WALL_PARAMETERS,
  schema: null,
  type: 'application/octet-stream',
}

/** The path of the events of the wall. */
export const WALL_EVENTS_PATH: PathFacts = {
  path: `${PREFIX}wall/events`,
  summary: 'What changes on the wall as server-sent events',
  parameters: WALL_EVENTS_PARAMETERS,
  schema: null,
}

/** Whom the paths that answer with JSON ask. */
export interface EndpointParts {
  /** The path under which all paths are, without a slash at its end; or `/`. */
  readonly prefix: string
  readonly monitor: Pick<MonitorClient, 'ask'>
  readonly recorder: Pick<RecorderClient, 'ask'>
  readonly alerter: Pick<AlerterClient, 'ask' | 'isThere'>
  /** Asks main for the settings of a URL, given as it is printed. */
  readonly settings: (id: ResourceId, url: string) => Promise<UrlSettings>
}

/** The paths that answer with JSON. */
export function createEndpoints(
  { monitor, recorder, alerter, settings, prefix }: EndpointParts,
  finder: UrlFinder,
): readonly Endpoint[] {
  const endpoints: readonly Endpoint[] = [
    {
      path: `${PREFIX}summary`,
      summary: 'The state of the whole list',
      parameters: [],
      schema: 'Summary',
      async answer() {
        const { line } = await monitor.ask({ type: 'summary' })
        return withFields(line, { alerts: alerter.isThere })
      },
    },
    {
      path: `${PREFIX}urls`,
      summary: 'URLs with their last polls: searched, filtered, sorted, a page at a time',
      parameters: LIST_PARAMETERS,
      schema: 'UrlList',
      answer: (query) => finder.list(parseListRequest(query)),
    },
    {
      path: `${PREFIX}url`,
      summary: 'One URL with its last poll, its uptime, its latest polls and its settings',
      parameters: URL_OR_ID_PARAMETERS,
      schema: 'UrlDetail',
      async answer(query) {
        const asked = parseUrlOrIdRequest(query)
        const row = await finder.one(asked)
        const { id, url } = JSON.parse(row) as { readonly id: ResourceId; readonly url: string }
        const [known, set] = await Promise.all([
          withHistory(row, recorder, typeof asked === 'number' ? [url] : asked),
          settings(id, url),
        ])
        return withFields(known, { settings: set })
      },
    },
    ...historyEndpoints(recorder, PREFIX, Date.now),
    ...alertEndpoints(alerter, PREFIX, Date.now),
    {
      path: `${PREFIX}openapi.json`,
      summary: 'This description',
      parameters: [],
      schema: 'OpenApi',
      answer: () => Promise.resolve(description),
    },
  ]
  const description = JSON.stringify(
    openApiDocument([...endpoints, WALL_PATH, WALL_EVENTS_PATH, EVENTS_PATH], prefix),
  )
  return endpoints
}
