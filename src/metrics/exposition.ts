import { BUCKET_BOUNDS } from './poll-histogram.ts'
import type { HistogramData } from './poll-histogram.ts'
import type { Metric } from './metric.ts'
import { escapeValue } from './metric-labels.ts'

/** The two forms of `/metrics`: Prometheus' text format 0.0.4, and OpenMetrics 1.0. */
export const EXPOSITION_FORMATS = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
} as const

export type ExpositionFormat = keyof typeof EXPOSITION_FORMATS

/** What a metric measures, if its name says so. */
const UNIT = /_(seconds|bytes)(?:_total)?$/

/** The lines before the samples of a metric. */
export function metricHead({ name, type, help }: Metric, format: ExpositionFormat): string {
  if (format === 'text') return `# HELP ${name} ${help}\n# TYPE ${name} ${type === 'info' ? 'gauge' : type}\n`
  // OpenMetrics names the family without the suffix that its samples have.
  const family =
    type === 'counter' ? name.replace(/_total$/, '') : type === 'info' ? name.replace(/_info$/, '') : name
  const unit = UNIT.exec(name)?.[1]
  const unitLine = unit === undefined ? '' : `# UNIT ${family} ${unit}\n`
  return `# TYPE ${family} ${type}\n${unitLine}# HELP ${family} ${help}\n`
}

/** The line of one sample. */
export function sample(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeValue(text)}"`)
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`
}

/** The lines of a histogram. */
export function histogramSamples(
  name: string,
  { buckets, sum }: HistogramData,
  format: ExpositionFormat,
): string {
  let count = 0
  let lines = ''
  buckets.forEach((inBucket, n) => {
    count += inBucket
    const bound = BUCKET_BOUNDS[n]
    lines += sample(`${name}_bucket`, { le: bound === undefined ? '+Inf' : boundText(bound, format) }, count)
  })
  return `${lines}${sample(`${name}_sum`, {}, sum)}${sample(`${name}_count`, {}, count)}`
}

/** What comes after all metrics. */
export function expositionEnd(format: ExpositionFormat): string {
  return format === 'openmetrics' ? '# EOF\n' : ''
}

/** OpenMetrics wants a decimal point in bounds. */
function boundText(bound: number, format: ExpositionFormat): string {
  return format === 'openmetrics' && Number.isInteger(bound) ? `${bound}.0` : String(bound)
}
