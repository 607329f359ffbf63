import { OWN_LABELS } from './url-metrics.ts'

/** The labels of a URL as metrics have them. */
export interface MetricLabels {
  /** As in the text format, with a comma before each: `,team="web"`. */
  readonly text: string
  /** The same, as names and values. */
  readonly pairs: readonly (readonly [name: string, value: string])[]
  /** Why some were left out: they would have the name of another one; null if none were. */
  readonly collision: string | null
}

/**
 * Makes the labels of a URL those of its metrics. Characters that a name cannot have become `_`; names that begin with `__` are
 * dropped, as in Prometheus.
 */
export function metricLabels(labels: Readonly<Record<string, string>>): MetricLabels {
  const names = new Map<string, string>()
  const pairs: [name: string, value: string][] = []
  let collision: string | null = null
  for (const [label, value] of Object.entries(labels)) {
    const name = metricName(label)
    if (name.startsWith('__')) continue
    const other = names.get(name)
    if (OWN_LABELS.has(name))
      collision ??= `the label ${quoted(label)} has the name of one that headcount sets`
    else if (other !== undefined)
      collision ??= `the labels ${quoted(other)} and ${quoted(label)} are both ${name} in /metrics`
    else {
      names.set(name, label)
      pairs.push([name, value])
    }
  }
  const text = pairs.map(([name, value]) => `,${name}="${escapeValue(value)}"`).join('')
  return { text, pairs, collision }
}

/** The value of a label in the text format, without its quotes. */
export function escapeValue(value: string): string {
  return SPECIAL.test(value)
    ? value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
    : value
}

const SPECIAL = /[\\\n"]/

function metricName(label: string): string {
  const name = label.replaceAll(/[^a-zA-Z0-9_]/g, '_')
  return /^\d/.test(name) ? `_${name}` : name
}

function quoted(label: string): string {
  return JSON.stringify(label)
}
