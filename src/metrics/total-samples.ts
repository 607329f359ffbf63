import { histogramSamples, metricHead, sample } from './exposition.ts'
import type { ExpositionFormat } from './exposition.ts'
import { TOTAL_METRICS } from './metrics.ts'
import type { TotalPoints } from './total-points.ts'

/** The metrics over the whole list and of the process, as text. */
export function totalSamples(points: TotalPoints, format: ExpositionFormat): string {
  let text = ''
  for (const [key, metric] of Object.entries(TOTAL_METRICS)) {
    const values = points[key as keyof TotalPoints]
    text += metricHead(metric, format)
    text +=
      'buckets' in values
        ? histogramSamples(metric.name, values, format)
        : values.map(({ labels, value }) => sample(metric.name, labels, value)).join('')
  }
  return text
}
