import type { IncomingMessage, ServerResponse } from 'node:http'
import type { PublicPage } from '../../settings/public-page.ts'
import { ASSETS, pageAssets } from '../public/page-assets.ts'
import { CopyBody } from './copy-body.ts'
import { PageMaker } from './page-maker.ts'
import type { PageSources } from './page-source.ts'
import type { Copy } from './status-pages.ts'

/** Opened by itself, an SVG runs and loads nothing; it may have styles of its own. */
const ASSET_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"

/** What answers the paths of these pages, by what follows `/status/`. */
export function pageCopies(pages: readonly PublicPage[], sources: PageSources): ReadonlyMap<string, Copy> {
  const copies = new Map<string, Copy>()
  for (const page of pages) {
    const assets = pageAssets(page)
    const isOpen = page.withoutLogin
    const maker = new PageMaker(page, assets, sources)
    copies.set(page.name, {
      isOpen,
      answer: (request, response, progress, isPrivate) =>
        maker.answer(request, response, progress, isPrivate && !isOpen),
    })
    // The files of a page are relative to it.
    copies.set(`${page.name}/`, {
      isOpen,
      answer: (request, response) => redirect(request, response, page.name),
    })
    for (const { name, type, bytes } of assets.files) {
      const path = `${ASSETS}/${name}`
      // Pages share files, and what everybody may have is no secret of another.
      const isShared = isOpen || copies.get(path)?.isOpen === true
      const body = new CopyBody(bytes, {
        type,
        cacheControl: 'max-age=31536000, immutable',
        policy: ASSET_POLICY,
      })
      copies.set(path, {
        isOpen: isShared,
        answer: (request, response, progress, isPrivate) =>
          body.send(request, response, progress, isPrivate && !isShared),
      })
    }
  }
  return copies
}

function redirect(_: IncomingMessage, response: ServerResponse, name: string): void {
  response.writeHead(308, { Location: `../${name}` })
  response.end()
}
