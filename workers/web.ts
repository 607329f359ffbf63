import { parentPort, workerData } from 'node:worker_threads'
import { escapeText } from '../src/print/text/escape.ts'
import { monotonicMs } from '../src/runtime/clock.ts'
import { currentThreadId } from '../src/runtime/thread-usage.ts'
import type {
  MainRequest,
  ReloadResult,
  UrlSettings,
  WebEvent,
  WebLaunch,
  WebMessage,
} from '../src/threads/web-protocol.ts'
import { answerRequests, sendRequests } from '../src/threads/requests.ts'
import type { WebConfig } from '../src/config/web/web-config.ts'
import { firstOfEach } from '../src/web/server/first-of-each.ts'
import { createApp } from '../src/web/server/app.ts'
import { changeSource } from '../src/web/server/change-source.ts'
import { EventFeed } from '../src/web/server/event-feed.ts'
import { HttpServer } from '../src/web/server/http-server.ts'
import { MonitorClient } from '../src/web/server/monitor-client.ts'
import { pageRoutes } from '../src/web/server/page-routes.ts'
import { ProbeClient } from '../src/web/server/probe-client.ts'
import { PasswordThread } from '../src/web/server/password-thread.ts'
import { AlerterClient } from '../src/web/server/alerter-client.ts'
import { RecorderClient } from '../src/web/server/recorder-client.ts'
import { Scraper } from '../src/web/server/scraper.ts'
import { wallSource } from '../src/web/server/wall-source.ts'
import { StatusPages } from '../src/web/server/status-pages.ts'
import { WebHandler } from '../src/web/server/web-handler.ts'

/** A notice is cut at this length, in UTF-16 units: a collector has a say in it. */
const MAX_NOTICE_LENGTH = 500

// The web thread. It answers requests over HTTP, with what it asks the monitor.

const { options, requests, main, probes } = workerData as WebLaunch
const post = (event: WebEvent) => parentPort?.postMessage(event)
post({ type: 'started', threadId: currentThreadId() })

const report = firstOfEach((line) => post({ type: 'notice', line: `The web thread: ${line}` }))

const toMain = sendRequests(main)
const monitor = new MonitorClient()
const recorder = new RecorderClient()
const alerter = new AlerterClient()
const events = new EventFeed(changeSource(monitor), report)
// The bundler puts this file beside the page.
const pageFolder = import.meta.url.endsWith('.ts') ? '../node_modules/.cache/page/' : '../web/'
const wallEvents = new EventFeed(wallSource(monitor), report)
const app = createApp({
  prefix: options.prefix,
  monitor,
  recorder,
  alerter,
  events,
  wallEvents,
  page: pageRoutes(new URL(pageFolder, import.meta.url)),
  scraper: new Scraper(monitor, options.metricsUrls, (message) => report(new Error(message))),
  probes: new ProbeClient(probes),
  isPolling: () => handler.isPolling,
  reload: () => toMain({ type: 'reload' } satisfies MainRequest) as Promise<ReloadResult>,
  settings: (id, url) => toMain({ type: 'settings', id, url } satisfies MainRequest) as Promise<UrlSettings>,
  failed: report,
})
const pages = new StatusPages(options.prefix, {
  monitor,
  recorder,
  now: () => Date.now(),
  monotonic: monotonicMs,
  failed: report,
})
const passwords = new PasswordThread(() => toMain({ type: 'threadStarts' } satisfies MainRequest))
const server = new HttpServer((request, env) => app.fetch(request, env), {
  maxConnections: options.connections,
  config: options.config,
  checkPassword: (password, hash) => passwords.check(password, hash),
  pages,
})
const push =
  options.otlp === null
    ? null
    : (await import('../src/web/otlp/start-push.ts')).startPush(
        options.otlp,
        monitor,
        options.metricsUrls,
        (line) => post({ type: 'notice', line: escapeText(line, MAX_NOTICE_LENGTH) }),
        process.env,
      )
const served = {
  setConfig: (config: WebConfig) => server.setConfig(config),
  close() {
    events.close()
    wallEvents.close()
    return server.close()
  },
}
const handler = new WebHandler(monitor, recorder, alerter, served, push, pages)
answerRequests(requests, (message: WebMessage) => handler.handle(message))
try {
  const { listen } = options
  await pages.setPages(options.pages)
  post({ type: 'listening', port: listen === null ? null : await server.listen(listen, report) })
} catch (error) {
  post({ type: 'listenFailed', code: (error as NodeJS.ErrnoException).code ?? (error as Error).message })
}
