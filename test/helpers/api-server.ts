import type { ExecutionContext } from 'ava'
import type { ResourceId } from '../../src/resource/resource.ts'
import type { UrlInfo } from '../../src/state/latest-state.ts'
import { NEW_URL } from '../../src/state/latest-state.ts'
import { StateMap } from '../../src/state/state-map.ts'
import type { State } from '../../src/state/state.ts'
import type { ShownState } from '../../src/state/shown-state.ts'
import { QuestionHandler } from '../../src/threads/question-handler.ts'
import type { MonitorAnswer, MonitorQuestion } from '../../src/threads/web-protocol.ts'
import { ApiRecorder } from '../../src/api/api-recorder.ts'
import { WallRecorder } from '../../src/api/wall-recorder.ts'
import { AlerterError } from '../../src/web/server/alerter-client.ts'
import type { AlerterClient } from '../../src/web/server/alerter-client.ts'
import { createApp } from '../../src/web/server/app.ts'
import { changeSource } from '../../src/web/server/change-source.ts'
import { EventFeed } from '../../src/web/server/event-feed.ts'
import { wallSource } from '../../src/web/server/wall-source.ts'
import type { FeedTimes } from '../../src/web/server/event-feed.ts'
import { HttpServer } from '../../src/web/server/http-server.ts'
import { MonitorError } from '../../src/web/server/monitor-client.ts'
import { RecorderError } from '../../src/web/server/recorder-client.ts'
import type { RecorderClient } from '../../src/web/server/recorder-client.ts'
import { pageRoutes } from '../../src/web/server/page-routes.ts'
import { MAX_UNREAD_BYTES } from '../../src/web/server/unread-bytes.ts'
import { listenAgain } from './listen-again.ts'
import { summary } from './summary.ts'

/** What the monitor keeps for the API, in this thread. `now`: in ms; by default each look at the clock takes 1 ms. */
export class TestMonitor {
  readonly map = new StateMap()
  readonly recorder: ApiRecorder
  readonly wall: WallRecorder
  #now = 0

  constructor(epoch = 'one', now?: () => number) {
    this.recorder = new ApiRecorder(
      {
        map: () => this.map,
        summaryOf: (figures) => ({
          ...summary,
          counts: { ...this.map.counts },
          urls: this.map.size,
          ...figures,
          at: Date.now(),
        }),
        now: now ?? (() => this.#now++),
      },
      epoch,
    )
    this.wall = new WallRecorder(() => this.map, now ?? (() => this.#now++), epoch)
  }

  add(id: number, url: string, known: Partial<UrlInfo> = {}): void {
    const info = { ...NEW_URL, ...known }
    const isNew = this.map.add(id as ResourceId, url, info)
    if (isNew && info.verdict !== 'pending')
      this.recorder.restored(id as ResourceId, info.verdict, info.earlier?.since ?? 0)
  }

  take(...states: (State | ShownState)[]): void {
    for (const state of states) {
      const changed = this.map.set(state)
      if (changed === null) continue
      this.recorder.state(state, changed)
      this.wall.state(state, changed)
    }
  }

  remove(id: number): void {
    this.map.remove(id as ResourceId, 0)
    this.recorder.forget(id as ResourceId)
    this.wall.forget()
  }

  /** Answers a question of the web thread, as the monitor does. */
  answer<Q extends MonitorQuestion>(question: Q): MonitorAnswer<Q['type']> {
    const handler = new QuestionHandler({ metrics: null as never, api: this.recorder, wall: this.wall })
    return handler.handle(question) as MonitorAnswer<Q['type']>
  }
}

const NO_ALERTER = {
  isThere: false,
  ask: () => Promise.reject(new AlerterError('the alerter does not answer')),
}
const NO_RECORDER = { ask: () => Promise.reject(new RecorderError('the recorder does not answer')) }

/** Where the page is when the program runs from its source. */
export const PAGE_FOLDER = new URL('../../node_modules/.cache/page/', import.meta.url)

interface ApiOptions {
  readonly responseTimeoutMs: number
  readonly maxUnreadBytes: number
  readonly prefix: string
  /** Those of every URL. */
  readonly settings: readonly string[]
  /** Default: it does not answer. */
  readonly recorder: Pick<RecorderClient, 'ask'>
  /** Default: it does not answer. */
  readonly alerter: Pick<AlerterClient, 'ask' | 'isThere'>
  /** 0: any. */
  readonly port: number
}

/** Serves the API of a TestMonitor; null: it does not answer. */
export async function startApi(
  t: ExecutionContext,
  first: TestMonitor | null,
  times?: FeedTimes,
  {
    responseTimeoutMs = 30_000,
    maxUnreadBytes = MAX_UNREAD_BYTES,
    recorder = NO_RECORDER,
    alerter = NO_ALERTER,
    prefix = '/',
    settings = [],
    port: wantedPort = 0,
  }: Partial<ApiOptions> = {},
) {
  let monitor = first
  const asked: MonitorQuestion[] = []
  const ask = <Q extends MonitorQuestion>(question: Q) => {
    asked.push(question)
    if (monitor === null) return Promise.reject(new MonitorError('the monitor does not answer'))
    return Promise.resolve(monitor.answer(question))
  }
  const failed = (error: Error) => t.fail(error.stack)
  const events = new EventFeed(changeSource({ ask }), failed, times)
  const wallEvents = new EventFeed(wallSource({ ask }), failed, times)
  const app = createApp({
    monitor: { ask },
    recorder,
    alerter,
    events,
    wallEvents,
    scraper: { scrape: () => Promise.reject(new Error('no scrapes here')) },
    prefix,
    page: pageRoutes(PAGE_FOLDER),
    probes: null as never,
    isPolling: () => true,
    reload: () => Promise.resolve({ rejected: [], subject: 'the lists' }),
    settings: () => Promise.resolve(settings),
    failed,
  })
  const server = new HttpServer((request, env) => app.fetch(request, env), {
    responseTimeoutMs,
    maxUnreadBytes,
  })
  const port = await listenAgain(() => server.listen({ host: '127.0.0.1', port: wantedPort }, failed))
  let isOpen = true
  const close = async () => {
    if (!isOpen) return
    isOpen = false
    events.close()
    wallEvents.close()
    await server.close()
  }
  t.teardown(close)
  return {
    port,
    close,
    asked,
    /** How many connections there are. */
    connections: () => server.connections,
    url: `http://127.0.0.1:${port}/api/v1`,
    /** Another monitor takes the place of this one. */
    replace: (other: TestMonitor | null) => (monitor = other),
    async get(path: string, init: RequestInit = {}) {
      const headers = { connection: 'close', ...init.headers }
      const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, { ...init, headers })
      const text = await response.text()
      return {
        status: response.status,
        headers: response.headers,
        text,
        json: (text === '' ? {} : JSON.parse(text)) as Readonly<Record<string, unknown>>,
      }
    },
  }
}

/** A list as `/api/v1/urls` answers it. */
export interface UrlList {
  readonly urls: readonly { readonly url: string; readonly verdict: string }[]
  readonly matches: number
  readonly cursor: string | null
}
