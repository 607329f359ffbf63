import { setImmediate } from 'node:timers/promises'
import type { ParsedDocument, Path } from '../settings/parsed-document.ts'
import { MAX_LABEL_BYTES } from '../settings/url-settings.ts'
import { serializeLabels } from './serialize-labels.ts'
import { quote } from '../settings/quote.ts'
import { ListError, offerTarget } from './read-targets.ts'
import type { TargetSink } from './read-targets.ts'
import { withoutInternalLabels, overridesOf, targetUrl } from './scrape-labels.ts'
import type { Labels } from './target.ts'
import { parseUrl } from '../settings/url.ts'

// Prometheus' target groups: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#file_sd_config

/** Targets passed on between two pauses: some 5 ms of work. */
const TARGETS_PER_SLICE = 1_000

interface Group {
  readonly targets: readonly string[]
  readonly labels: Labels
}

/**
 * Passes the targets of all groups to `sink`, with pauses. An invalid target is reported and skipped. If the document is not a list
 * of groups, it throws a ListError before the first target: like Prometheus, it takes a list whole or not at all.
 */
export async function readGroups(parsed: ParsedDocument, name: string, sink: TargetSink): Promise<void> {
  let count = 0
  for (const [index, group] of groupsOf(parsed, name).entries()) {
    const complain = (path: Path, why: string) =>
      sink.invalid(`${name}:${parsed.positionOf([index, ...path])}: ${why}`)
    const common = sharedSettings(group.labels)
    if (typeof common === 'string') {
      complain(['labels'], `${common}; targets skipped: ${group.targets.length}`)
      continue
    }
    for (const [n, target] of group.targets.entries()) {
      const url = parseUrl(targetUrl(target, group.labels))
      if ('why' in url) complain(['targets', n], url.why)
      else
        offerTarget(
          sink,
          { url: url.url, ...common },
          () => `${name}:${parsed.positionOf([index, 'targets', n])}`,
        )
      if (++count % TARGETS_PER_SLICE === 0) await setImmediate()
    }
  }
}

/** The settings that all targets of a group share, or why they are invalid. */
function sharedSettings(all: Labels) {
  try {
    const labels = withoutInternalLabels(all)
    const bytes = Buffer.byteLength(serializeLabels(labels))
    if (bytes > MAX_LABEL_BYTES)
      return `its labels take ${bytes} bytes as JSON; the limit is ${MAX_LABEL_BYTES}`
    return { labels, overrides: overridesOf(all) }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return error.message
  }
}

function groupsOf(parsed: ParsedDocument, name: string): readonly Group[] {
  const fail = (path: Path, why: string): never => {
    throw new ListError(`${name}:${parsed.positionOf(path)}`, why)
  }
  const { value } = parsed
  // A YAML file without anything but comments.
  if (value === null) return []
  if (!Array.isArray(value)) return fail([], `not a list of target groups${whatItIs(value)}`)
  return (value as unknown[]).map((group, index) => {
    if (!isObject(group)) return fail([index], 'a group must be an object with targets and labels')
    const other = Object.keys(group).find((field) => field !== 'targets' && field !== 'labels')
    if (other !== undefined)
      fail([index, other], `unknown field ${quote(other)}: a group has only targets and labels`)
    return {
      targets: targetsOf(group['targets'], (path, why) => fail([index, 'targets', ...path], why)),
      labels: labelsOf(group['labels'], (path, why) => fail([index, 'labels', ...path], why)),
    }
  })
}

/** Other documents that are often named in the place of a list, by a key that only they have. */
const OTHERS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['urls', 'files', 'groups'], 'a configuration: read it with -c'],
  [['modules'], 'modules of /probe: read them with --probe-config'],
  [['scrape_configs'], 'the configuration of Prometheus: the files of its file_sd_configs are lists'],
]

function whatItIs(value: unknown): string {
  if (!isObject(value)) return ''
  const other = OTHERS.find(([keys]) => keys.some((key) => key in value))
  return other === undefined ? '' : `; this looks like ${other[1]}`
}

type Fail = (path: Path, why: string) => never

function targetsOf(value: unknown, fail: Fail): readonly string[] {
  if (value == null) return []
  if (!Array.isArray(value)) return fail([], 'targets must be a list')
  const odd = value.findIndex((target) => typeof target !== 'string')
  return odd < 0 ? (value as string[]) : fail([odd], 'a target must be a string')
}

function labelsOf(value: unknown, fail: Fail): Labels {
  if (value == null) return {}
  if (!isObject(value)) return fail([], 'labels must be an object')
  // As in Prometheus. Nor could metrics have it.
  if (Object.hasOwn(value, '')) fail([''], 'a label needs a name')
  const odd = Object.keys(value).find((label) => typeof value[label] !== 'string')
  return odd === undefined ? (value as Labels) : fail([odd], 'the value of a label must be a string')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
