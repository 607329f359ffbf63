import { failure, isFailure } from '../../poll/attempt/failure.ts'
import { BodyReader } from '../../poll/http/body-reader.ts'
import { CustomRequest } from '../../poll/http/custom-request.ts'
import type { HttpResponse } from '../../poll/http/exchange.ts'
import { isRedirect } from '../../poll/http/redirects.ts'
import { transportFor } from '../../poll/resolved-profile.ts'
import { chooseAddress } from './choose-address.ts'
import { Cookies } from './cookies.ts'
import { askedUrl, nextPlace, refererOf } from './http-place.ts'
import type { Place } from './http-place.ts'
import { sendHop, unsent } from './http-hop.ts'
import type { HopResult } from './http-hop.ts'
import type { HttpModule } from './http-module.ts'
import { requestOf } from './http-request.ts'
import { parseHttpTarget } from './http-target.ts'
import type { HttpTarget } from './http-target.ts'
import { contentLength, isOpened, lastModified } from './http-values.ts'
import type { ProbeContext } from './probe-context.ts'
import { fail, refuseTarget } from './report.ts'
import type { HttpReport } from './report.ts'

/** The most redirects that are followed. */
const MAX_REDIRECTS = 10

/** The headers of a module, their names in lower case. */
type Headers = readonly (readonly [name: string, value: string])[]

/** Probes by HTTP as the exporter does: looks the target up, follows redirects, reads the body to its end. Fills in the report. */
export async function probeHttp(context: ProbeContext, module: HttpModule): Promise<HttpResponse | null> {
  const { report, log } = context
  const http = emptyHttpReport()
  report.http = http
  const target = parseHttpTarget(context.target)
  if (typeof target === 'string') {
    log('error', 'Could not parse target URL', { err: target })
    refuseTarget(report, target)
    return null
  }
  const headers = module.headers.map(([name, value]) => [name, value()] as const)
  const place = await placeOfTarget(context, module, target, headers)
  if (place === null) return null
  const unprepared = module.unprepared()
  if (unprepared === null) http.reached = 'request'
  const unsendable = unprepared ?? module.unsendable()
  if (unsendable !== null) {
    fail(report, unsendable)
    const what = unprepared === null ? 'Error for HTTP request' : 'Error generating HTTP client'
    log('error', what, { err: report.detail })
    return null
  }
  const { result, hasMore } = await follow(context, module, { place, headers, http })
  const { head, body, failure: ended } = result
  if (head === null) {
    fail(report, ended ?? failure('closed'))
    log('error', 'Error for HTTP request', { err: report.detail })
    return null
  }
  report.tls = result.tls
  if (body === null) http.phases.transfer += context.now() - result.headAt
  http.status = head.status
  http.version = Number(head.httpVersion)
  http.contentLength = contentLength(head, module.rules.method)
  http.lastModified = lastModified(head, Date.now())
  const { bodySizeLimit } = module.rules
  const isTooLarge = bodySizeLimit > 0 && body !== null && body.bytes > bodySizeLimit
  http.bodyBytes = isTooLarge ? bodySizeLimit : (body?.bytes ?? 0)
  log('info', 'Received HTTP response', { status_code: head.status })
  const problem = isTooLarge ? 'the body is too large' : (body?.problem ?? ended?.detail ?? null)
  const judged = module.judge(
    {
      status: head.status,
      proto: `HTTP/${head.httpVersion === '2' ? '2.0' : head.httpVersion}`,
      fields: head.fields ?? [],
      isTls: result.tls !== null,
      body: hasMore
        ? null
        : { text: body?.text ?? '', problem, isOpened: body === null || isOpened(body, module.coding) },
    },
    log,
  )
  http.failedDueToRegex = judged.failedDueToRegex
  report.success = judged.success
  report.reason = ended !== null && !judged.success ? ended.reason : judged.reason
  report.detail = problem ?? (judged.reason === 'status' ? `${head.status} ${head.statusText}`.trimEnd() : '')
  report.failure = ended
  return head
}

async function placeOfTarget(
  context: ProbeContext,
  { rules, profile }: HttpModule,
  { url, host: written }: HttpTarget,
  headers: Headers,
): Promise<Place | null> {
  const { report, log, hostname } = context
  const http = report.http as HttpReport
  const host = hostname === '' ? (headers.find(([name]) => name === 'host')?.[1] ?? written) : hostname
  const serverName = host === written ? url.hostname : host
  const { proxy } = transportFor(profile, url, url)
  if (proxy !== null && rules.skipResolveWithProxy) return { url, address: null, host, serverName }
  http.reached = 'resolve'
  const address = await chooseAddress(context, written === '' ? '' : url.hostname, rules)
  http.phases.resolve = report.lookupMs ?? 0
  if (!isFailure(address)) return { url, address, host, serverName }
  log('error', 'Error resolving address', { err: address.detail })
  fail(report, address)
  return null
}

/** Sends the request and follows redirects. `hasMore`: the last answer is a redirect that is not followed. */
async function follow(
  context: ProbeContext,
  module: HttpModule,
  { place: first, headers, http }: { place: Place; headers: Headers; http: HttpReport },
): Promise<{ readonly result: HopResult; readonly hasMore: boolean }> {
  const { attempt, now, log } = context
  const { profile, rules } = module
  const custom = profile.extras === null ? null : new CustomRequest(profile.extras, first.url.origin)
  const cookies = new Cookies(headers.find(([name]) => name === 'cookie')?.[1] ?? null)
  const authorization = module.authorization?.() ?? null
  let { method } = rules
  const userAgent = headers.find(([name]) => name === 'user-agent')?.[1] ?? profile.options.userAgent
  let place = first
  let referer: string | null = null
  for (;;) {
    const unready = custom === null ? null : await custom.prepare(attempt)
    if (unready !== null) return { result: unsent(unready), hasMore: false }
    log('info', 'Making HTTP request', { url: place.url.href, host: place.host })
    const isHome = place.url.origin === first.url.origin
    const asked = askedUrl(place)
    const result = await sendHop(attempt, {
      ...place,
      transport: transportFor(profile, place.url, first.url),
      tls: isHome || module.tls.serverName === null ? module.tls : { ...module.tls, serverName: null },
      http2: rules.http2,
      request: requestOf({
        ...place,
        method,
        isHome,
        userAgent,
        headers,
        authorization,
        cookie: cookies.header(asked, isHome),
        referer,
        custom,
      }),
      openBody: (head) =>
        method === 'HEAD' || leadsOn(head) ? null : new BodyReader(module.bodyPlan, null, module.coding),
      phases: http.phases,
      isFirst: place === first,
      now,
    })
    const { head } = result
    if (head === null || result.failure !== null || !leadsOn(head)) return { result, hasMore: false }
    const next = nextPlace(place, head.location ?? '')
    const isFollowed = rules.followRedirects && http.redirects < MAX_REDIRECTS
    if (next === null && isFollowed)
      return { result: unsent(failure('redirect', 'the Location is not a URL')), hasMore: false }
    http.redirects++
    log('info', 'Received redirect', { location: head.location })
    if (next === null || !isFollowed) {
      log('info', 'Not following redirect')
      return { result, hasMore: true }
    }
    cookies.take(asked, head.fields ?? [])
    if (!isHttp(next.url))
      return { result: unsent(failure('redirect', 'the Location is not http')), hasMore: false }
    if (head.status <= 303 && method !== 'HEAD') method = 'GET'
    // It keeps no body with 303, whatever the method was.
    if (head.status <= 303) custom?.redirected(303, 'POST')
    referer = refererOf(place, next)
    place = next
  }
}

function isHttp({ protocol }: URL): boolean {
  return protocol === 'http:' || protocol === 'https:'
}

/** Without a Location an answer is the last one, as for Go. */
function leadsOn({ status, location }: HttpResponse): boolean {
  return isRedirect(status) && location !== null && location !== ''
}

function emptyHttpReport(): HttpReport {
  return {
    phases: { resolve: null, connect: 0, tls: 0, processing: 0, transfer: 0 },
    reached: 'nothing',
    status: 0,
    version: 0,
    contentLength: 0,
    bodyBytes: 0,
    redirects: 0,
    lastModified: null,
    failedDueToRegex: 0,
  }
}
