import type { IncomingMessage, ServerResponse } from 'node:http'
import type { PublicPage } from '../../settings/public-page.ts'
import type { PageAssets } from '../public/page-assets.ts'
import { PAGE_POLICY, pageHtml } from '../public/page-html.ts'
import { pageView } from '../public/page-view.ts'
import { CopyBody } from './copy-body.ts'
import { MonitorError } from './monitor-client.ts'
import { pageStates } from './page-source.ts'
import { PastReader } from './past-reader.ts'
import type { PageSources } from './page-source.ts'
import type { RequestProgress } from './request-progress.ts'

/** A copy is made at most this often, in ms, however many look at it. */
const FRESH_MS = 5_000

/** While another is made, the one before serves viewers up to this age, in ms: nobody waits on a page that is looked at. */
const USABLE_MS = 10_000

/** While the monitor is being replaced, it serves them up to this age, in ms. It says its time. */
const LAST_RESORT_MS = 60_000

/** A viewer's browser asks again after this long, in s, if it is told to. */
const MAX_AGE_S = 5

const HEADERS = {
  type: 'text/html; charset=utf-8',
  cacheControl: `max-age=${MAX_AGE_S}`,
  policy: `${PAGE_POLICY}; frame-ancestors 'none'`,
}

/** Keeps a copy of one page, and makes another when somebody asks and it is old. */
export class PageMaker {
  readonly #page: PublicPage
  readonly #assets: PageAssets
  readonly #sources: PageSources
  readonly #past: PastReader
  #copy: CopyBody | null = null
  #madeAt = Number.NEGATIVE_INFINITY
  #making: Promise<CopyBody> | null = null

  constructor(page: PublicPage, assets: PageAssets, sources: PageSources) {
    this.#page = page
    this.#assets = assets
    this.#sources = sources
    this.#past = new PastReader(sources.recorder, page)
  }

  /** Answers with a copy; with status 503 if there is none and none can be made. */
  answer(
    request: IncomingMessage,
    response: ServerResponse,
    progress: Pick<RequestProgress, 'hold'>,
    isPrivate: boolean,
  ): void | Promise<void> {
    const send = (copy: CopyBody) => copy.send(request, response, progress, isPrivate)
    const age = this.#sources.monotonic() - this.#madeAt
    if (this.#copy !== null && age < USABLE_MS) {
      if (age >= FRESH_MS) this.#make().catch(() => {}) // Reported, and tried again by the next request.
      return send(this.#copy)
    }
    return this.#make().then(send, () => {
      if (this.#copy !== null && age < LAST_RESORT_MS) return send(this.#copy)
      response.writeHead(503, { 'Content-Type': 'text/plain; charset=utf-8', 'Retry-After': '5' })
      response.end('the state of the services is not known now\n')
    })
  }

  #make(): Promise<CopyBody> {
    this.#making ??= this.#makeOne().finally(() => (this.#making = null))
    return this.#making
  }

  async #makeOne(): Promise<CopyBody> {
    // What it shows is at least as new as its time says.
    const [at, madeAt] = [this.#sources.now(), this.#sources.monotonic()]
    try {
      const states = await pageStates(this.#sources.monitor, this.#page)
      const urls = states.map(({ url }) => url)
      const [past, maintained] = await Promise.all([
        this.#past.read(urls, at),
        this.#past.maintained(urls, at),
      ])
      const view = pageView(this.#page, states, at, maintained)
      const html = pageHtml(view, past, this.#assets, this.#past.note(at))
      this.#copy = new CopyBody(Buffer.from(html), HEADERS)
      this.#madeAt = madeAt
      return this.#copy
    } catch (error) {
      if (!(error instanceof MonitorError)) this.#sources.failed(error as Error)
      throw error
    }
  }
}
