import type { Metric } from '../../src/metrics/metric.ts'
import { code, table } from './markdown.ts'

/** Metrics as a table in Markdown. */
export function metricTable(metrics: Readonly<Record<string, Metric>>): string {
  return table(
    ['metric', 'type', 'labels', 'meaning'],
    Object.values(metrics).map(({ name, type, labels, help }) => [
      code(name),
      type,
      labels.map(code).join(', '),
      help.replace('--metrics-urls', code('--metrics-urls')),
    ]),
  )
}
