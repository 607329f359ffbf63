import type { Labels } from './target.ts'

/** Labels as one JSON object, equal ones as equal texts; '' for none. A label without a value is none, as everywhere in Prometheus. */
export function serializeLabels(labels: Labels | null): string {
  if (labels === null) return ''
  const names = Object.keys(labels)
    .filter((name) => labels[name] !== '')
    .toSorted()
  return names.length === 0
    ? ''
    : JSON.stringify(Object.fromEntries(names.map((name) => [name, labels[name]])))
}
