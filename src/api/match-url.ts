import { parseLabels } from '../resource/labels.ts'
import type { ResourceId } from '../resource/resource.ts'
import { TextPattern } from '../resource/text-pattern.ts'
import type { StateMap } from '../state/state-map.ts'
import { remembered } from './remembered.ts'
import type { UrlFilter } from './url-query.ts'

/** Returns what tells whether a URL meets the conditions of a filter. Make one for each part of a search. */
export function urlMatcher(filter: UrlFilter, map: StateMap): (id: ResourceId) => boolean {
  const { urls, text, verdicts, labels } = filter
  const tests: ((id: ResourceId) => boolean)[] = []
  // What costs least comes first.
  if (verdicts.length > 0) tests.push((id) => verdicts.includes(map.verdict(id)))
  if (urls !== null) {
    const wanted = urls.map((url) => Buffer.from(url))
    tests.push((id) => wanted.some((url) => map.urls.equals(id, url)))
  }
  if (labels.length > 0) {
    const hasLabels = remembered((known: string) => hasAllLabels(known, labels))
    tests.push((id) => hasLabels(map.labels(id)))
  }
  if (text !== '') tests.push(textTest(text, map))
  const [only, ...others] = tests
  if (only !== undefined && others.length === 0) return only
  return (id) => tests.every((test) => test(id))
}

function textTest(text: string, map: StateMap): (id: ResourceId) => boolean {
  const wanted = text.toLowerCase()
  const pattern = new TextPattern(wanted)
  const inJson = JSON.stringify(wanted).slice(1, -1)
  const isIn = (known: string) => known.toLowerCase().includes(wanted)
  // Labels are compared as text, not as JSON with its escapes, but to parse them all would take long.
  const isInLabels = (known: string) =>
    known.toLowerCase().includes(inJson) && Object.entries(parseLabels(known)).some((pair) => pair.some(isIn))
  const hasText = map.column('texts').matcher(isIn)
  const hasLabel = map.column('labels').matcher(isInLabels)
  return (id) => hasText(id) || hasLabel(id) || map.urls.includes(id, pattern)
}

function hasAllLabels(known: string, labels: UrlFilter['labels']): boolean {
  // Few texts pass this test that do not have the label, and many URLs have labels of their own.
  if (!labels.every(([name, value]) => known.includes(`${JSON.stringify(name)}:${JSON.stringify(value)}`)))
    return false
  const parsed = parseLabels(known)
  return labels.every(([name, value]) => Object.hasOwn(parsed, name) && parsed[name] === value)
}
