import type { Labels } from './target.ts'

/** Labels as a JSON object; equal labels make equal texts, and no labels ''. Empty labels are dropped, as in Prometheus. */
export function serializeLabels(labels: Labels | null): string {
  if (labels === null) return ''
  const names = Object.keys(labels)
    .filter((name) => labels[name] !== '')
    .toSorted()
  return names.length === 0
    ? ''
    : JSON.stringify(Object.fromEntries(names.map((name) => [name, labels[name]])))
}
