import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import type { ExecutionContext } from 'ava'
import type { Header } from '../../src/settings/headers.ts'
import type { Overrides } from '../../src/settings/url-options.ts'
import { startOrigin } from '../helpers/origin.ts'
import { property } from '../helpers/property.ts'
import { resource, TestPoller } from '../helpers/test-poller.ts'

/** One redirect: its status, and the origin that it leads to. */
interface Hop {
  readonly status: number
  readonly to: number
}

/** A request as a server sees it. */
interface Seen {
  readonly origin: number
  readonly method: string
  readonly body: string
  readonly authorization: string
  readonly secret: string
  readonly contentType: string
}

/** A URL and its settings. */
interface Polled {
  readonly method: string | null
  readonly data: string | null
  readonly login: boolean
  readonly headers: readonly Header[]
  readonly maxRedirects: number
}

const ORIGINS = 3

/** Basic authorization for me:pw. */
const LOGIN = 'Basic bWU6cHc='

/**
 * The requests by the rules of fetch (HTTP-redirect fetch, steps 11 to 13). Credentials and custom headers go to the own origin only,
 * those that describe the body wherever it goes.
 */
function byModel({ method, data, login, headers, maxRedirects }: Polled, hops: readonly Hop[]): Seen[] {
  let isChanged = false
  let [verb, body] = [method ?? (data === null ? 'HEAD' : 'POST'), data]
  const custom = new Map(headers)
  return [{ status: 0, to: 0 }, ...hops]
    .slice(0, maxRedirects === 0 ? 1 : maxRedirects + 1)
    .map(({ status, to }) => {
      const isPost = (status === 301 || status === 302) && verb === 'POST'
      if (isPost || (status === 303 && verb !== 'GET' && verb !== 'HEAD'))
        [verb, body, isChanged] = ['GET', null, true]
      const own = to === 0
      return {
        origin: to,
        method: verb,
        body: body ?? '',
        authorization: own && login ? LOGIN : '',
        secret: own ? (custom.get('x-secret') ?? '') : '',
        contentType:
          body === null
            ? ((own && !isChanged ? custom.get('content-type') : null) ?? '')
            : (custom.get('content-type') ?? 'text/plain; charset=utf-8'),
      }
    })
}

/** Starts the origins. Returns their URLs, and what they have seen of each case. */
async function start(t: ExecutionContext, plans: readonly (readonly Hop[])[]) {
  const seen = new Map<number, Seen[]>()
  const urls: string[] = []
  for (let origin = 0; origin < ORIGINS; origin++) {
    const { url } = await startOrigin(t, (request, response) => {
      const [, id = '', step = ''] = /^\/(\d+)\/(\d+)$/.exec(request.url ?? '') ?? []
      let body = ''
      request.on('data', (bytes) => (body += String(bytes)))
      request.on('end', () => {
        const {
          authorization = '',
          'x-secret': secret = '',
          'content-type': contentType = '',
        } = request.headers
        const one = {
          origin,
          method: request.method ?? '',
          body,
          authorization,
          secret: String(secret),
          contentType,
        }
        seen.set(Number(id), [...(seen.get(Number(id)) ?? []), one])
        const hop = plans[Number(id)]?.[Number(step)]
        if (hop === undefined) response.end()
        else response.writeHead(hop.status, { location: `${urls[hop.to]}/${id}/${Number(step) + 1}` }).end()
      })
    })
    urls.push(url)
  }
  return { urls, seen }
}

/** The properties of redirects. */
export const REDIRECT_PROPERTIES = [
  property('redirects keep or change method, body and credentials as fetch does', 60, async (t) => {
    const plans: (readonly Hop[])[] = []
    const { urls, seen } = await start(t, plans)
    const poller = new TestPoller({ timeoutMs: 60_000 })
    t.teardown(() => poller.close())
    const hops = fc.array(
      fc.record({ status: fc.constantFrom(301, 302, 303, 307, 308), to: fc.nat(ORIGINS - 1) }),
      { maxLength: 5 },
    )
    const headers = fc.subarray([
      ['x-secret', 's'],
      ['content-type', 'a/b'],
    ] as Header[])
    const polled = fc.record({
      method: fc.constantFrom(null, 'HEAD', 'GET', 'POST', 'PUT', 'PROPFIND'),
      data: fc.constantFrom(null, null, 'hello'),
      login: fc.boolean(),
      headers,
      maxRedirects: fc.constantFrom(0, 2, 10),
    })
    return fc.asyncProperty(polled, hops, async (what, plan) => {
      const { method, data, login, maxRedirects } = what
      const id = plans.push(plan) - 1
      const overrides: Overrides = {
        method,
        data: data === null ? null : { text: data },
        headers: what.headers,
        maxRedirects,
        getFallback: false,
      }
      poller.setProfiles([[1, overrides]])
      const url = `${urls[0]}/${id}/0`.replace('//', login ? '//me:pw@' : '//')
      const { reason, status, redirects } = await poller.poll(resource(url, { profile: 1 }))
      const expected = byModel(what, plan)
      const found = seen.get(id)
      if (!isDeepStrictEqual(found, expected)) throw new Error(JSON.stringify({ reason, found, expected }))
      const isTooMany = maxRedirects > 0 && plan.length > maxRedirects
      const wanted = isTooMany ? 'redirect' : plan.length > 0 && maxRedirects === 0 ? 'status' : 'ok'
      if (reason !== wanted || redirects !== expected.length - 1)
        throw new Error(`${reason} ${status} ${redirects}`)
    })
  }),
]
