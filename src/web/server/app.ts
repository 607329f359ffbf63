import { Hono } from 'hono'
import type { Context } from 'hono'
import type { ReloadResult } from '../../threads/web-protocol.ts'
import type { HttpBindings } from './http-server.ts'
import { EXPOSITION_FORMATS } from '../../metrics/exposition.ts'
import { acceptsGzip, expositionFormat } from './accept.ts'
import { ApiError } from './api-error.ts'
import { apiRoutes, methodNotAllowed, methodsByPath, noSuchPath } from './api-routes.ts'
import type { ApiParts } from './api-routes.ts'
import { errorResponse } from './api-response.ts'
import { badgeRoutes } from './badge-routes.ts'
import { badgeKinds } from './badges.ts'
import { feedResponse } from './incident-feed.ts'
import { withMaintenance } from './maintained.ts'
import { MonitorError } from './monitor-client.ts'
import type { PageRoutes } from './page-routes.ts'
import { refuseChange, refuseOthers } from './refusals.ts'
import type { ProbeClient } from './probe-client.ts'
import { answerProbe } from './probe-path.ts'
import type { Scraper } from './scraper.ts'
import { UrlFinder } from './url-finder.ts'

/** A monitor that comes back is worth another request after this long, in s. */
const RETRY_AFTER_S = '5'

/** A probe has to be made and read after this long, in ms: whoever asks for it says how long it lasts, up to two minutes. */
const PROBE_TIMEOUT_MS = 125_000

/** Scrapes in progress. The text of each may be megabytes, and is kept until its reader has it. */
const MAX_SCRAPES = 8

/** What the paths of the server need. */
export interface AppParts extends ApiParts {
  readonly scraper: Pick<Scraper, 'scrape'>
  readonly probes: Pick<ProbeClient, 'probe' | 'served'>
  readonly page: PageRoutes
  /** Whether the first round of the list is under way. */
  isPolling(): boolean
  /** Has main read all lists again. */
  reload(): Promise<ReloadResult>
}

type Env = { Bindings: HttpBindings }
type Handler = (context: Context<Env>) => Response | Promise<Response>

/** The paths of the server. */
export function createApp(parts: AppParts): Hono<Env> {
  const root = new Hono<Env>()
  const app = root.basePath(parts.prefix)
  const path = (method: 'GET' | 'POST', name: string, handler: Handler) => {
    app.on(method, name, handler)
    // HEAD comes here as GET.
    app.all(name, (context) => context.text('method not allowed\n', 405, { Allow: method }))
  }

  let scrapes = 0
  path('GET', '/metrics', async ({ env, req }) => {
    if (scrapes >= MAX_SCRAPES)
      return new Response('too many scrapes at once\n', {
        status: 503,
        headers: { 'Retry-After': RETRY_AFTER_S },
      })
    scrapes++
    env.progress.whenOver(() => scrapes--)
    const scrape = await parts.scraper.scrape()
    const format = expositionFormat(req.header('Accept') ?? '')
    const headers = { 'Content-Type': EXPOSITION_FORMATS[format], Vary: 'Accept, Accept-Encoding' }
    if (!acceptsGzip(req.header('Accept-Encoding') ?? ''))
      return new Response(scrape.text(format), { headers })
    return new Response(await scrape.compressed(format), {
      headers: { ...headers, 'Content-Encoding': 'gzip' },
    })
  })

  path('GET', '/probe', (context) => {
    const { req, env } = context
    // It goes to any target, with the passwords of its module.
    const why = refuseOthers(env.incoming)
    if (why !== null) return context.text(`${why}\n`, 403)
    const parameter = (name: string) => req.query(name) ?? ''
    const query = {
      target: parameter('target'),
      module: parameter('module'),
      hostname: parameter('hostname'),
      debug: parameter('debug'),
      scrapeTimeout: req.header('X-Prometheus-Scrape-Timeout-Seconds') ?? '',
      acceptEncoding: req.header('Accept-Encoding') ?? '',
    }
    env.progress.setTimeLimit(PROBE_TIMEOUT_MS)
    return answerProbe(parts.probes, query, env.progress)
  })

  path('GET', '/config', (context) => {
    const { yaml } = parts.probes.served
    context.env.progress.hold(Buffer.byteLength(yaml))
    return context.text(yaml)
  })

  path('GET', '/-/healthy', (context) => context.text('headcount is healthy.\n'))

  path('GET', '/-/ready', async (context) => {
    if (!parts.isPolling())
      return context.text('headcount is not ready: the first polls have not begun\n', 503)
    await parts.monitor.ask({ type: 'ping' })
    return context.text('headcount is ready.\n')
  })

  path('POST', '/-/reload', async (context) => {
    const why = refuseChange(context.env.incoming, context.env.isAuthenticated)
    if (why !== null) return context.text(`${why}\n`, 403)
    const { rejected, subject } = await parts.reload()
    if (rejected.length === 0) return context.text(`${subject} were read again\n`)
    return context.text(rejected.map((reason) => `${reason}\n`).join(''), 500)
  })

  const finder = new UrlFinder(parts.monitor, (rows) => withMaintenance(parts.recorder, rows))
  const failed = (bug: Error) => parts.failed(bug)
  const routes = apiRoutes(parts, finder)
  for (const route of routes) app.on(route.method, route.path, ({ req, env }) => route.handle(req.raw, env))
  for (const [name, methods] of methodsByPath(routes))
    app.all(name, ({ req }) => methodNotAllowed(req.method, methods))
  for (const route of badgeRoutes(badgeKinds(finder, parts.recorder, Date.now), failed))
    path('GET', route.path, ({ req, env }) => route.handle(req.raw, env.progress))
  path('GET', '/incidents.atom', ({ req, env }) =>
    feedResponse(parts.recorder, req.raw, env.progress, Date.now()).catch((error: unknown) =>
      errorResponse(error as Error, failed),
    ),
  )
  app.all('/api/*', ({ req }) => noSuchPath(req.path, parts.prefix, routes))

  // The path of the first page ends with a slash, as the addresses of its files are relative to it.
  const base = parts.prefix === '/' ? '' : parts.prefix
  for (const name of parts.page.paths) {
    root.get(`${base}${name}`, ({ req, env }) => {
      const policy = String(env.outgoing.getHeader('Content-Security-Policy'))
      const file = new URL(req.url).pathname.slice(base.length)
      return parts.page.answer(file, req.raw.headers, policy, env.progress)
    })
    root.all(`${base}${name}`, (context) => context.text('method not allowed\n', 405, { Allow: 'GET' }))
  }
  if (base !== '') root.get(base, (context) => context.redirect(`${base}/`, 308))

  app.notFound((context) => context.text('not found\n', 404))
  app.onError((error, context) => {
    if (error instanceof ApiError) {
      const { message, status, headers } = error
      return new Response(`${message}\n`, { status, headers })
    }
    if (error instanceof MonitorError)
      return context.text(`${error.message}\n`, 503, { 'Retry-After': RETRY_AFTER_S })
    parts.failed(error)
    return context.text('internal error\n', 500)
  })
  return app
}
