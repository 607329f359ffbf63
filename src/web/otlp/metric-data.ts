import { parseLabels } from '../../resource/labels.ts'
import { metricLabels } from '../../metrics/metric-labels.ts'
import { TOTAL_METRICS } from '../../metrics/metrics.ts'
import { URL_METRICS } from '../../metrics/url-metrics.ts'
import type { Metric, Point } from '../../metrics/metric.ts'
import { BUCKET_BOUNDS } from '../../metrics/poll-histogram.ts'
import type { HistogramData } from '../../metrics/poll-histogram.ts'
import type { TotalPoints } from '../../metrics/total-points.ts'
import { unpackRows } from '../../metrics/url-page.ts'
import { urlPoints } from '../../metrics/url-points.ts'
import type { CounterStarts, Times } from './counter-starts.ts'
import { AggregationTemporality, DataPointType, ValueType } from './open-telemetry.ts'
import type { MetricData } from './open-telemetry.ts'

/** Units by what the name of a metric ends in, as OpenTelemetry writes them (UCUM). */
const UNITS: readonly (readonly [suffix: RegExp, unit: string])[] = [
  [/_seconds(_total)?$/, 's'],
  [/_bytes(_total)?$/, 'By'],
]

/** Of the counters over the whole list, what the monitor counts. */
const OF_MONITOR: ReadonlySet<Metric> = new Set([TOTAL_METRICS.polls])

/** The values of URLs, by metric. */
export class UrlData {
  readonly #points = new Map<Metric, Point[]>()

  /** Adds the URLs of a page. Returns how many they are. */
  add(rows: ArrayBuffer): number {
    let count = 0
    unpackRows(rows, (row) => {
      count++
      // Of two labels with the same name the first is kept, which /metrics and the start report.
      const labels = { url: row.url, ...Object.fromEntries(metricLabels(parseLabels(row.labels)).pairs) }
      urlPoints(row, (key, value, phase) => {
        const metric = URL_METRICS[key]
        let points = this.#points.get(metric)
        if (points === undefined) this.#points.set(metric, (points = []))
        points.push({ labels: phase === '' ? labels : { ...labels, phase }, value })
      })
    })
    return count
  }

  /** All that was added, as OpenTelemetry has it. */
  metrics(times: Times): MetricData[] {
    return [...this.#points].map(([metric, points]) => metricData(metric, points, times))
  }
}

/** The values over the whole list and of the process, as OpenTelemetry has them. Several threads count them: `starts` is that of the pushes before. */
export function totalData(totals: TotalPoints, times: Times, starts: CounterStarts): MetricData[] {
  return Object.entries(TOTAL_METRICS).map(([key, metric]) =>
    metricData(metric, totals[key as keyof TotalPoints], times, OF_MONITOR.has(metric) ? null : starts),
  )
}

/** `starts`: when counters began; null: when the monitor did. */
function metricData(
  metric: Metric,
  values: readonly Point[] | HistogramData,
  times: Times,
  starts: CounterStarts | null = null,
): MetricData {
  const { name, help: description, type } = metric
  const unit = UNITS.find(([suffix]) => suffix.test(name))?.[1] ?? ''
  const common: Pick<MetricData, 'descriptor' | 'aggregationTemporality'> = {
    descriptor: { name, description, unit, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  }
  const span = { startTime: hrTime(times.since), endTime: hrTime(times.now) }
  if ('buckets' in values) {
    const value = {
      buckets: { boundaries: [...BUCKET_BOUNDS], counts: [...values.buckets] },
      sum: values.sum,
      count: values.buckets.reduce((sum, count) => sum + count, 0),
    }
    return {
      ...common,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: [{ ...span, attributes: {}, value }],
    }
  }
  const dataPoints = values.map(({ labels, value }) => ({ ...span, attributes: labels, value }))
  if (type !== 'counter') return { ...common, dataPointType: DataPointType.GAUGE, dataPoints }
  if (starts !== null)
    for (const point of dataPoints)
      point.startTime = hrTime(starts.startOf(name, point.attributes, point.value))
  return { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
}

/** Seconds and nanoseconds. */
function hrTime(ms: number): [seconds: number, nanoseconds: number] {
  return [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)]
}
