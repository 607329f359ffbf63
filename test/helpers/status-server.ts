import type { ExecutionContext } from 'ava'
import type { PublicPage } from '../../src/settings/public-page.ts'
import type { MonitorQuestion } from '../../src/threads/web-protocol.ts'
import { NO_WEB_CONFIG } from '../../src/config/web/web-config.ts'
import type { WebConfig } from '../../src/config/web/web-config.ts'
import type { ClientLimit } from '../../src/web/server/gate.ts'
import { HttpServer } from '../../src/web/server/http-server.ts'
import { MonitorError } from '../../src/web/server/monitor-client.ts'
import { RecorderError } from '../../src/web/server/recorder-client.ts'
import { StatusPages } from '../../src/web/server/status-pages.ts'
import type { TestMonitor } from './api-server.ts'
import type { TestRecorder } from './test-recorder.ts'

/** A page of URLs with the label `public=yes`. */
export const PAGE: PublicPage = {
  name: 'shop',
  title: 'Example Shop',
  match: [['public', 'yes']],
  group: null,
  titleLabel: 'title',
  titles: new Map(),
  showUrls: false,
  logo: null,
  colours: {},
  announcements: [],
  days: 90,
  withoutLogin: false,
}

/** Labels as the monitor keeps them. */
export const labels = (fields: Readonly<Record<string, string>>) => ({
  labels: JSON.stringify({ public: 'yes', ...fields }),
})

const noApp = ({ url }: Request) => new Response(`app ${url}`, { status: 404 })

/** What is served, and whose passwords are right if they are `secret`. */
export interface StatusOptions {
  readonly recorder?: TestRecorder
  readonly prefix?: string
  readonly config?: Partial<WebConfig>
  readonly clientLimit?: ClientLimit
  readonly maxUnreadBytes?: number
  /** What is no page. Default: nothing else is there. */
  readonly app?: (request: Request) => Response | Promise<Response>
}

/** Serves public pages of a TestMonitor. The clocks stand until a test moves them. */
export async function startStatus(
  t: ExecutionContext,
  monitor: TestMonitor,
  pages: readonly PublicPage[],
  { recorder, prefix = '/', config = {}, clientLimit, maxUnreadBytes, app = noApp }: StatusOptions = {},
) {
  const asked: MonitorQuestion[] = []
  const failures: string[] = []
  const clock = {
    now: recorder?.now ?? Date.UTC(2026, 10, 26, 10, 42, 7),
    monotonic: 1_000,
    isAnswering: true,
  }
  const status = new StatusPages(prefix, {
    monitor: {
      ask<Q extends MonitorQuestion>(question: Q) {
        asked.push(question)
        if (!clock.isAnswering) return Promise.reject(new MonitorError('the monitor does not answer'))
        return Promise.resolve(monitor.answer(question))
      },
    },
    recorder: recorder ?? { ask: () => Promise.reject(new RecorderError('there is no recorder yet')) },
    now: () => clock.now,
    monotonic: () => clock.monotonic,
    failed: ({ message }) => failures.push(message),
  })
  await status.setPages(pages)
  const server = new HttpServer(app, {
    pages: status,
    config: { ...NO_WEB_CONFIG, ...config },
    ...(clientLimit === undefined ? {} : { clientLimit }),
    ...(maxUnreadBytes === undefined ? {} : { maxUnreadBytes }),
    checkPassword: (password) => Promise.resolve(password === 'secret'),
  })
  const port = await server.listen({ host: '127.0.0.1', port: 0 }, (error) => t.fail(error.message))
  t.teardown(() => server.close())
  return {
    port,
    asked,
    failures,
    clock,
    status,
    async get(path: string, init: RequestInit = {}) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual', ...init })
      return { status: response.status, headers: response.headers, text: await response.text() }
    },
  }
}

/** The text of HTML as people read it, without tags. */
export function textOf(html: string): string {
  return html
    .replace(/^.*<body>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}
