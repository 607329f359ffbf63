import { gzipSync } from 'node:zlib'
import { monotonicMs } from '../../runtime/clock.ts'
import { closestName } from '../../settings/closest-name.ts'
import { unmadeText } from '../probe/report-text.ts'
import type { ProbeReply, ServedModule } from '../../threads/probe-protocol.ts'
import { acceptsGzip } from './accept.ts'
import type { ProbeClient } from './probe-client.ts'
import { probeTimeoutS } from './probe-timeout.ts'
import type { RequestProgress } from './request-progress.ts'

/** As the exporter's. */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores'

/** There is no poller at present, or the one that had the probe ended or hangs. */
const LOST = 'the thread that makes the probe has ended or does not answer\n'

const DEFAULT_MODULE = 'http_2xx'

/** Probers that headcount has. */
const PROBERS = new Set(['http', 'tcp', 'dns'])

/** The longest target, in UTF-16 units; URLs of a list are no longer either. */
const MAX_TARGET = 8_192

/** What a header Host and TLS can carry, or ''. */
const HOSTNAME = /^[!-~]{0,255}$/

/** Little effort is enough for what is so short and repeats itself so much. */
const GZIP = { level: 1, memLevel: 5, windowBits: 12 } as const

/** A request for a probe. A parameter or header that is not there is ''. */
export interface ProbeQuery {
  readonly target: string
  readonly module: string
  readonly hostname: string
  readonly debug: string
  /** X-Prometheus-Scrape-Timeout-Seconds. */
  readonly scrapeTimeout: string
  readonly acceptEncoding: string
}

function unknownModule(name: string, modules: readonly { readonly name: string }[]): string {
  const meant = closestName(
    name,
    modules.map((one) => one.name),
  )
  return `Unknown module ${JSON.stringify(name)}${meant === null ? '' : `: was ${JSON.stringify(meant)} meant?`}`
}

/** Answers a request for a probe: 200 with the metrics, whatever it finds, or why there can be none. */
export async function answerProbe(
  client: Pick<ProbeClient, 'probe' | 'served'>,
  query: ProbeQuery,
  progress: Pick<RequestProgress, 'hold' | 'whenOver'>,
): Promise<Response> {
  const name = query.module === '' ? DEFAULT_MODULE : query.module
  const module = client.served.modules.find((one) => one.name === name)
  if (module === undefined) return refusal(400, unknownModule(name, client.served.modules))
  const timeoutS = probeTimeoutS(query.scrapeTimeout, module.timeoutMs / 1_000)
  if (Number.isNaN(timeoutS))
    return refusal(
      500,
      `Failed to parse timeout from Prometheus header: strconv.ParseFloat: parsing ${JSON.stringify(query.scrapeTimeout)}: invalid syntax`,
    )
  const { target, hostname } = query
  if (target === '') return refusal(400, 'Target parameter is missing')
  if (target.length > MAX_TARGET) return refusal(400, `The target is longer than ${MAX_TARGET} characters`)
  if (!PROBERS.has(module.prober))
    return refusal(
      400,
      `The module ${JSON.stringify(name)} is not served: headcount has no prober ${module.prober}`,
    )
  if (module.host !== null && hostname !== '' && module.host !== hostname)
    return refusal(
      400,
      `host header defined both in module configuration (${module.host}) and with URL-parameter 'hostname' (${hostname})`,
    )
  if (!HOSTNAME.test(hostname))
    return refusal(400, 'hostname: not a host name in ASCII, such as www.example.org or www.example.org:8080')
  const wantsLog = query.debug === 'true'
  const reply = await client.probe(
    {
      module: name,
      target,
      hostname,
      url: urlOf(module, target),
      deadline: monotonicMs() + timeoutS * 1_000,
      timeoutSeconds: timeoutS,
      wantsLog,
    },
    (cancel) => progress.whenOver(cancel),
  )
  if (reply === 'busy') return refusal(429, 'Too many probes at once', { 'Retry-After': '1' })
  const made = reply === 'lost' ? { log: LOST, metrics: unmadeText() } : reply
  const [body, headers] = wantsLog ? debugBody(made, module) : metricsBody(made, query.acceptEncoding)
  progress.hold(Buffer.byteLength(body))
  return new Response(body, { headers })
}

/** What is said of a probe. */
type Made = Pick<ProbeReply, 'log' | 'metrics'>

/** An answer, and its headers. */
type Body = readonly [body: string | Buffer<ArrayBuffer>, headers: Readonly<Record<string, string>>]

function metricsBody({ metrics }: Made, acceptEncoding: string): Body {
  const headers = { 'Content-Type': METRICS_TYPE }
  if (!acceptsGzip(acceptEncoding)) return [metrics, headers]
  return [gzipSync(metrics, GZIP), { ...headers, 'Content-Encoding': 'gzip' }]
}

function debugBody({ log, metrics }: Made, { yaml }: ServedModule): Body {
  const text = `Logs for the probe:\n${log}\n\n\nMetrics that would have been returned:\n${metrics}\n\n\nModule configuration:\n${yaml}`
  return [text, { 'Content-Type': 'text/plain; charset=utf-8' }]
}

function refusal(status: number, why: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${why}\n`, {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers },
  })
}

/** What a probe polls, as a URL: polls of the same origin have a limit in common. */
function urlOf({ prober }: ServedModule, target: string): string {
  if (prober !== 'http') return URL.parse(`${prober}://${target}/`)?.href ?? NOWHERE
  return URL.parse(/^https?:\/\//.test(target) ? target : `http://${target}`)?.href ?? NOWHERE
}

/** For targets that are no URLs, which need no connection. */
const NOWHERE = 'http://invalid./'
