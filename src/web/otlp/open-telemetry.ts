import { diag, DiagLogLevel, ValueType } from '@opentelemetry/api'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics'
import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics'
import { complaintOf, watchAnswers } from './collector-answers.ts'
import packageJson from '#package.json' with { type: 'json' }

export { AggregationTemporality, DataPointType, ValueType }
export type { MetricData }

/** A push that has not succeeded yet is the only one at a time; the next is made when it has ended. */
const MAX_AT_ONCE = 1

/** Sends metrics by OTLP over HTTP. */
export interface OtlpExporter {
  /**
   * Resolves with what is wrong although the collector has accepted them, as a clause whose subject it is; null: nothing. Rejects when it
   * has not accepted them after some attempts. `withinMs`: these take no longer; default: as configured.
   */
  send(metrics: MetricData[], withinMs?: number): Promise<string | null>
}

/**
 * Makes an exporter for a base URL without a slash at its end; null: the one of the environment. The variables
 * `OTEL_EXPORTER_OTLP_…`, `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` apply as the specification of OpenTelemetry says. `warn`
 * gets what is wrong with them.
 */
export function createExporter(base: string | null, warn: (message: string) => void): OtlpExporter {
  const warned = new Set<string>()
  let complaint: string | null = null
  const tell = (first: string, ...rest: readonly unknown[]) => {
    const complained = complaintOf(first, rest[0])
    if (complained !== null) {
      complaint = complained
      return
    }
    // A component of the library gives its name before the message.
    const message = !first.includes(' ') && typeof rest[0] === 'string' ? rest[0] : first
    // Each exporter reads the variables and finds the same mistakes.
    if (!warned.has(message)) warn(message)
    warned.add(message)
  }
  const ignore = () => {}
  diag.setLogger(
    { error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  )
  const answers = watchAnswers()
  const resource = resourceFromAttributes({
    'service.name': 'headcount',
    'service.version': packageJson.version,
  }).merge(detectResources({ detectors: [envDetector] }))
  const scope = { name: 'headcount', version: packageJson.version }
  const options = {
    ...(base === null ? {} : { url: `${base}/v1/metrics` }),
    concurrencyLimit: MAX_AT_ONCE,
  }
  const usual = new OTLPMetricExporter(options)
  return {
    send(metrics, withinMs) {
      const exporter =
        withinMs === undefined ? usual : new OTLPMetricExporter({ ...options, timeoutMillis: withinMs })
      const data: ResourceMetrics = { resource, scopeMetrics: [{ scope, metrics }] }
      complaint = null
      return new Promise((resolve, reject) =>
        // It names an error whenever it has failed.
        exporter.export(data, ({ error }) =>
          error === undefined ? resolve(complaint) : reject(answers.explain(error)),
        ),
      )
    },
  }
}
