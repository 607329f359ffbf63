/** Where to push metrics. */
export interface OtlpTarget {
  /** The URL to which `/v1/metrics` is added; null: the one of the environment. */
  readonly base: string | null
}

/** Parses the URL of a collector, or `env` for the variables of OpenTelemetry. Throws a RangeError that does not quote it. */
export function parseOtlpTarget(text: string): OtlpTarget {
  if (text === 'env') return { base: null }
  const url = URL.parse(text)
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.search + url.hash !== '')
    throw new RangeError('not the URL of a collector, such as http://127.0.0.1:4318, nor env')
  if (url.username + url.password !== '')
    throw new RangeError('a URL with credentials: send them as a header with OTEL_EXPORTER_OTLP_HEADERS')
  return { base: `${url.origin}${url.pathname}`.replace(/(\/v1\/metrics)?\/*$/, '') }
}
