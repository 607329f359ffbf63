import type { OtlpTarget } from '../../settings/otlp.ts'
import type { MonitorClient } from '../server/monitor-client.ts'
import { createExporter } from './open-telemetry.ts'
import { OtlpPush } from './otlp-push.ts'

/** The default of OTEL_METRIC_EXPORT_INTERVAL, in ms. */
const DEFAULT_INTERVAL_MS = 60_000

/** The longest interval that a timer of Node takes, in ms. */
const MAX_INTERVAL_MS = 2 ** 31 - 1

/** Begins to push the metrics that the monitor has. `env` are the variables of the process. */
export function startPush(
  { base }: OtlpTarget,
  monitor: Pick<MonitorClient, 'ask'>,
  maxUrls: number,
  notice: (line: string) => void,
  env: NodeJS.ProcessEnv,
): OtlpPush {
  const protocol = env['OTEL_EXPORTER_OTLP_METRICS_PROTOCOL'] ?? env['OTEL_EXPORTER_OTLP_PROTOCOL']
  if (protocol !== undefined && protocol !== 'http/protobuf')
    notice('the protocol of OTEL_EXPORTER_OTLP_PROTOCOL is not available: http/protobuf is used')
  const exporter = createExporter(base, notice)
  const name = base ?? 'the collector of OTEL_EXPORTER_OTLP_ENDPOINT'
  return new OtlpPush({ exporter, monitor, maxUrls, name, notice }, pushIntervalMs(env, notice))
}

function pushIntervalMs(env: NodeJS.ProcessEnv, notice: (line: string) => void): number {
  const text = env['OTEL_METRIC_EXPORT_INTERVAL'] ?? ''
  const isValid = /^[1-9]\d{0,9}$/.test(text) && Number(text) <= MAX_INTERVAL_MS
  if (text !== '' && !isValid)
    notice('OTEL_METRIC_EXPORT_INTERVAL is not a number of milliseconds such as 60000, the default')
  return isValid ? Number(text) : DEFAULT_INTERVAL_MS
}
