import { closestName } from '../../settings/closest-name.ts'
import { createEndpoints, EVENTS_PATH, WALL_EVENTS_PATH, WALL_PATH } from './api.ts'
import type { EndpointParts } from './api.ts'
import { ApiError } from './api-error.ts'
import { checkNames } from './api-parameters.ts'
import type { ApiMethod, PathFacts } from './api-parameters.ts'
import { compressedResponse, errorResponse, jsonResponse } from './api-response.ts'
import type { EventFeed } from './event-feed.ts'
import { RETRY } from './event-text.ts'
import { RESPONSE_ALREADY_SENT } from './http-server.ts'
import type { HttpBindings } from './http-server.ts'
import { refuseChange } from './refusals.ts'
import type { UrlFinder } from './url-finder.ts'
import { parseWallRequest } from './wall-parameters.ts'
import { WallMaker } from './wall.ts'

/** A place may be free again after this long, in s. */
const RETRY_AFTER_S = '10'

const EVENT_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  // nginx passes on what it gets at once.
  'X-Accel-Buffering': 'no',
}

type Feed = Pick<EventFeed, 'add' | 'isFull'>

/** What the API needs. */
export interface ApiParts extends EndpointParts {
  readonly events: Feed
  /** The events of the wall. */
  readonly wallEvents: Feed
  /** An error that nothing handles: a bug. */
  failed(error: Error): void
}

/** A path of the API, and what answers one method; GET also HEAD. It never rejects. */
export interface ApiRoute {
  readonly path: string
  readonly method: ApiMethod
  handle(request: Request, env: HttpBindings): Promise<Response>
}

/** All paths of the API. */
export function apiRoutes(parts: ApiParts, finder: UrlFinder): readonly ApiRoute[] {
  const walls = new WallMaker(parts.monitor)
  const route = (
    { path, parameters, method = 'GET' }: PathFacts,
    answer: (query: URLSearchParams, request: Request, env: HttpBindings) => Response | Promise<Response>,
  ): ApiRoute => ({
    path,
    method,
    async handle(request, env) {
      try {
        const why = method === 'GET' ? null : refuseChange(env.incoming, env.isAuthenticated)
        if (why !== null) throw new ApiError(403, why)
        const query = new URL(request.url).searchParams
        checkNames(query, parameters)
        return await answer(query, request, env)
      } catch (error) {
        return errorResponse(error as Error, (bug) => parts.failed(bug))
      }
    },
  })
  return [
    ...createEndpoints(parts, finder).map((endpoint) =>
      route(endpoint, async (query, { headers, method }, { progress }) => {
        const json = await endpoint.answer(query)
        // What a change answers is no copy of anything.
        return jsonResponse(json, method === 'GET' || method === 'HEAD' ? headers : new Headers(), progress)
      }),
    ),
    route(WALL_PATH, async (query, { headers }, { progress }) =>
      compressedResponse(await walls.make(query.get('by')), headers, progress),
    ),
    route(WALL_EVENTS_PATH, (query, request, env) => {
      const after = parseWallRequest(query)
      return follow(parts.wallEvents, request.headers.get('Last-Event-ID') ?? after, request, env)
    }),
    route(EVENTS_PATH, (_, request, env) =>
      follow(parts.events, request.headers.get('Last-Event-ID') ?? '', request, env),
    ),
  ]
}

/** Sends events from now on. `lastId`: the id of the last one that the client has; '' for none. */
function follow(feed: Feed, lastId: string, { method }: Request, env: HttpBindings): Response {
  if (method === 'HEAD') return new Response(null, { headers: EVENT_HEADERS })
  if (feed.isFull) throw new ApiError(503, 'too many clients at once', { 'Retry-After': RETRY_AFTER_S })
  env.progress.setTimeLimit(null)
  env.outgoing.writeHead(200, EVENT_HEADERS)
  env.outgoing.write(RETRY)
  env.progress.whenOver(feed.add(env.outgoing, lastId))
  return RESPONSE_ALREADY_SENT
}

/** The methods of each path. */
export function methodsByPath(routes: readonly ApiRoute[]): ReadonlyMap<string, readonly string[]> {
  const methods = new Map<string, string[]>()
  for (const { path, method } of routes) {
    const some = methods.get(path) ?? []
    some.push(...(method === 'GET' ? ['GET', 'HEAD'] : [method]))
    methods.set(path, some)
  }
  return methods
}

/** The answer to a method that a path of the API does not have, only others. */
export function methodNotAllowed(method: string, others: readonly string[]): Response {
  const last = others.at(-1) as string
  const list = others.length === 1 ? last : `${others.slice(0, -1).join(', ')} and ${last}`
  const error = new ApiError(405, `${method} is not allowed here, only ${list}`, { Allow: others.join(', ') })
  return errorResponse(error, () => {})
}

/** The answer to a path that the API does not have. */
export function noSuchPath(path: string, prefix: string, routes: readonly ApiRoute[]): Response {
  const known = [...new Set(routes.map((route) => `${prefix === '/' ? '' : prefix}${route.path}`))]
  const closest = closestName(path, known)
  const hint = closest === null ? '' : `, did you mean ${closest}?`
  return errorResponse(new ApiError(404, `no such path${hint} (known: ${known.join(', ')})`), () => {})
}
