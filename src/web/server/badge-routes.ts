import { ApiError } from './api-error.ts'
import { checkNames } from './api-parameters.ts'
import { errorStatus, taggedResponse } from './api-response.ts'
import type { BadgeKind } from './badges.ts'
import { badgeSvg } from './badge-svg.ts'
import type { RequestProgress } from './request-progress.ts'

/** A badge may be shown this long before it is asked for again, in s. */
const MAX_AGE_S = 60

const SVG_HEADERS = {
  'Content-Type': 'image/svg+xml; charset=utf-8',
  // Pages of other sites show them: that is what they are for.
  'Cross-Origin-Resource-Policy': 'cross-origin',
}

const GOOD_HEADERS = { ...SVG_HEADERS, 'Cache-Control': `private, max-age=${MAX_AGE_S}` }

/** What a badge says that can't be made, by the status of the response. */
const FAILURES: Readonly<Record<number, string>> = {
  400: 'bad request',
  404: 'not found',
  503: 'unavailable',
}

/** The path of a badge, and what answers GET and HEAD. It never rejects. */
export interface BadgeRoute {
  readonly path: string
  handle(request: Request, progress: Pick<RequestProgress, 'hold'>): Promise<Response>
}

/** The paths of all badges. `failed` gets an error that nothing handles: a bug. */
export function badgeRoutes(kinds: readonly BadgeKind[], failed: (error: Error) => void): BadgeRoute[] {
  return kinds.map((kind) => ({
    path: `/badge/${kind.name}.svg`,
    async handle({ url, headers }, progress) {
      try {
        const query = new URL(url).searchParams
        checkNames(query, kind.parameters)
        const badge = badgeSvg(await kind.read(query))
        return await taggedResponse(badge, GOOD_HEADERS, headers, progress)
      } catch (error) {
        return failureResponse(kind.name, error as Error, failed)
      }
    },
  }))
}

/** A page shows it in place of the badge, so it is an image too. */
function failureResponse(label: string, error: Error, failed: (error: Error) => void): Response {
  const status = errorStatus(error)
  if (status === 500) failed(error)
  const message = FAILURES[status] ?? 'error'
  const headers = error instanceof ApiError ? error.headers : {}
  return new Response(badgeSvg({ label, message, color: 'none' }), {
    status,
    headers: { ...SVG_HEADERS, ...headers },
  })
}
