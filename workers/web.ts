import { parentPort, workerData } from 'node:worker_threads'
import { currentThreadId } from '../src/runtime/thread-usage.ts'
import type {
  MainRequest,
  ReloadResult,
  WebEvent,
  WebLaunch,
  WebMessage,
} from '../src/threads/web-protocol.ts'
import { answerRequests, sendRequests } from '../src/threads/requests.ts'
import { firstOfEach } from '../src/web/server/first-of-each.ts'
import { createApp } from '../src/web/server/app.ts'
import { HttpServer } from '../src/web/server/http-server.ts'
import { MonitorClient } from '../src/web/server/monitor-client.ts'
import { ProbeClient } from '../src/web/server/probe-client.ts'
import { Scraper } from '../src/web/server/scraper.ts'
import { WebHandler } from '../src/web/server/web-handler.ts'

// The web thread. It answers requests over HTTP, with what it asks the monitor.

const { options, requests, main, probes } = workerData as WebLaunch
const post = (event: WebEvent) => parentPort?.postMessage(event)
post({ type: 'started', threadId: currentThreadId() })

const report = firstOfEach((line) => post({ type: 'notice', line: `The web thread: ${line}` }))

const toMain = sendRequests(main)
const monitor = new MonitorClient()
const app = createApp({
  monitor,
  scraper: new Scraper(monitor, options.metricsUrls, (message) => report(new Error(message))),
  probes: new ProbeClient(probes),
  isPolling: () => handler.isPolling,
  reload: () => toMain({ type: 'reload' } satisfies MainRequest) as Promise<ReloadResult>,
  failed: report,
})
const server = new HttpServer((request, env) => app.fetch(request, env))
const handler = new WebHandler(monitor, server)
answerRequests(requests, (message: WebMessage) => handler.handle(message))
try {
  post({ type: 'listening', port: await server.listen(options.listen, report) })
} catch (error) {
  post({ type: 'listenFailed', code: (error as NodeJS.ErrnoException).code ?? (error as Error).message })
}
