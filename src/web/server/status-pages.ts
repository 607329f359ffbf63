import type { IncomingMessage, ServerResponse } from 'node:http'
import type { PublicPage } from '../../settings/public-page.ts'
import type { PageSources } from './page-source.ts'
import type { RequestProgress } from './request-progress.ts'

/** A path of the public pages, and what answers it: a copy that is made already, or soon. */
export interface Copy {
  /** Whether everybody may have it, also where others need a password. */
  readonly isOpen: boolean
  /** Answers; throws or rejects only as `hold` does. `isPrivate`: whoever asks has shown who it is. */
  answer(
    request: IncomingMessage,
    response: ServerResponse,
    progress: Pick<RequestProgress, 'hold'>,
    isPrivate: boolean,
  ): void | Promise<void>
}

/** The public pages of the server, below `/status/`. What makes them is loaded when there are any. */
export class StatusPages {
  readonly #begin: string
  readonly #sources: PageSources
  /** By what follows `#begin` in the path. */
  #copies: ReadonlyMap<string, Copy> = new Map()

  /** `prefix`: the path under which all paths are, without a slash at its end; or `/`. */
  constructor(prefix: string, sources: PageSources) {
    this.#begin = `${prefix === '/' ? '' : prefix}/status/`
    this.#sources = sources
  }

  /** These pages are there from now on. */
  async setPages(pages: readonly PublicPage[]): Promise<void> {
    if (pages.length === 0) this.#copies = new Map()
    else this.#copies = (await import('./page-copies.ts')).pageCopies(pages, this.#sources)
  }

  /** What answers the target of a request, which may be a whole URL; null: no page does. */
  find(url: string): Copy | null {
    const target = url.replace(/^https?:\/\/[^/?#]*/i, '')
    if (!target.startsWith(this.#begin)) return null
    const query = target.indexOf('?')
    return this.#copies.get(target.slice(this.#begin.length, query < 0 ? undefined : query)) ?? null
  }
}
