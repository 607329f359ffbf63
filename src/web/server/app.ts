import { Hono } from 'hono'
import type { Context } from 'hono'
import type { ReloadResult } from '../../threads/protocol.ts'
import type { HttpBindings } from './http-server.ts'
import { MonitorError } from './monitor-client.ts'
import type { MonitorClient } from './monitor-client.ts'
import { refuseReload } from './refusals.ts'

/** A monitor that comes back is worth another request after this long, in s. */
const RETRY_AFTER_S = '5'

/** What the paths of the server need. */
export interface AppParts {
  readonly monitor: Pick<MonitorClient, 'ask'>
  /** Whether the first round of the list is under way. */
  isPolling(): boolean
  /** Has main read all lists again. */
  reload(): Promise<ReloadResult>
  /** An error that nothing handles: a bug. */
  failed(error: Error): void
}

type Env = { Bindings: HttpBindings }
type Handler = (context: Context<Env>) => Response | Promise<Response>

/** The paths of the server. */
export function createApp(parts: AppParts): Hono<Env> {
  const app = new Hono<Env>()
  const path = (method: 'GET' | 'POST', name: string, handler: Handler) => {
    app.on(method, name, handler)
    // HEAD comes here as GET.
    app.all(name, (context) => context.text('method not allowed\n', 405, { Allow: method }))
  }

  path('GET', '/-/healthy', (context) => context.text('headcount is healthy.\n'))

  path('GET', '/-/ready', async (context) => {
    if (!parts.isPolling())
      return context.text('headcount is not ready: the first polls have not begun\n', 503)
    await parts.monitor.ask({ type: 'ping' })
    return context.text('headcount is ready.\n')
  })

  path('POST', '/-/reload', async (context) => {
    const why = refuseReload(context.env.incoming)
    if (why !== null) return context.text(`${why}\n`, 403)
    const { rejected } = await parts.reload()
    if (rejected.length === 0) return context.text('the lists were read again\n')
    return context.text(rejected.map((reason) => `${reason}\n`).join(''), 500)
  })

  app.notFound((context) => context.text('not found\n', 404))
  app.onError((error, context) => {
    if (error instanceof MonitorError)
      return context.text(`${error.message}\n`, 503, { 'Retry-After': RETRY_AFTER_S })
    parts.failed(error)
    return context.text('internal error\n', 500)
  })
  return app
}
