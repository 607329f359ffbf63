import { ENCODINGS, loadPageFiles } from './page-files.ts'
import type { PageFile, PageFiles } from './page-files.ts'
import { acceptsEncoding } from './accept.ts'
import { hasEtag } from './etag.ts'
import type { RequestProgress } from './request-progress.ts'
import { DEFAULT_POLICY } from './security-headers.ts'

/** The paths that show the page: what it shows is decided in the browser. */
const PAGE_PATHS = ['/', '/url', '/incidents', '/alerts', '/machines']

/** What the page may load: its own files, and answers of this server. No text becomes a script: it has no sinks to put one into. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const NOT_BUILT = `The page is not built.

headcount runs from its source. To build the page, run this in the clone, then load this address again:

    npm run build:page

\`npm start\` and \`npm run demo\` do it by themselves. The metrics and the API work without it: /metrics, /api/v1/summary, /api/v1/urls
`

/** The page's part of the server. */
export interface PageRoutes {
  /** The paths that it answers. */
  readonly paths: readonly string[]
  /** Answers GET and HEAD. `path`: without the prefix. `policy`: the Content-Security-Policy that the response has. */
  answer(
    path: string,
    headers: Headers,
    policy: string,
    progress: Pick<RequestProgress, 'hold'>,
  ): Promise<Response>
}

/** Answers with the files of the page. They are read when one is first asked for, and then kept. */
export function pageRoutes(folder: URL): PageRoutes {
  let files: Promise<PageFiles | null> | null = null
  return {
    paths: [...PAGE_PATHS, '/favicon.svg', '/favicon-down.svg', '/assets/*'],
    async answer(path, headers, policy, progress) {
      files ??= loadPageFiles(folder)
      const known = await files
      if (known === null) {
        files = null // It may be built meanwhile.
        return new Response(NOT_BUILT, {
          status: 503,
          headers: { 'Content-Type': 'text/plain; charset=utf-8' },
        })
      }
      const file = known.get(PAGE_PATHS.includes(path) ? 'index.html' : path.slice(1))
      if (file === undefined)
        return new Response('not found\n', { status: 404, headers: { 'Content-Type': 'text/plain' } })
      return fileResponse(file, headers, policy, progress)
    },
  }
}

function fileResponse(
  file: PageFile,
  request: Headers,
  policy: string,
  progress: Pick<RequestProgress, 'hold'>,
): Response {
  const headers = {
    'Content-Type': file.type,
    ETag: file.etag,
    Vary: 'Accept-Encoding',
    'Cache-Control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    // A policy of the configuration stays.
    ...(policy === DEFAULT_POLICY ? { 'Content-Security-Policy': PAGE_POLICY } : {}),
  }
  if (hasEtag(request.get('If-None-Match') ?? '', file.etag))
    return new Response(null, { status: 304, headers })
  const accepted = request.get('Accept-Encoding') ?? ''
  for (const encoding of ENCODINGS) {
    const body = file.compressed.get(encoding)
    if (body === undefined || !acceptsEncoding(accepted, encoding)) continue
    progress.hold(body.length)
    return new Response(body, { headers: { ...headers, 'Content-Encoding': encoding } })
  }
  progress.hold(file.plain.length)
  return new Response(file.plain, { headers })
}
