import type { Overrides } from '../settings/overrides.ts'
import { parsePrometheusDuration } from './prometheus-duration.ts'
import type { Labels } from './target.ts'

const PARAM = '__param_'

/** With one of these, Prometheus probes through blackbox_exporter, and the other `__` labels are for the exporter. */
const BLACKBOX = ['__param_target', '__param_module']

/** The URL that Prometheus, or blackbox_exporter for it, requests for a target. It is not checked yet. */
export function targetUrl(target: string, labels: Labels): string {
  const [probed, module] = BLACKBOX.map((name) => labelValue(labels, name))
  const address = probed ?? target
  // Like blackbox_exporter: http is the default scheme.
  if (probed !== undefined || module !== undefined) return hasScheme(address) ? address : `http://${address}`
  if (hasScheme(address)) return address
  const url = `${labelValue(labels, '__scheme__') ?? 'http'}://${address}`
  return /[/?#]/.test(address) ? url : `${url}${pathOf(labels)}${queryOf(labels)}`
}

/** How to poll as `__scrape_interval__` and `__scrape_timeout__` say; null: as the flags say. Throws a RangeError. */
export function overridesOf(labels: Labels): Overrides | null {
  const intervalMs = labelDuration(labels, '__scrape_interval__')
  const timeoutMs = labelDuration(labels, '__scrape_timeout__')
  if (intervalMs === undefined && timeoutMs === undefined) return null
  return {
    ...(intervalMs === undefined ? {} : { intervalMs }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  }
}

/** The labels of the target: all that do not begin with `__`. Null: none. */
export function withoutInternalLabels(labels: Labels): Labels | null {
  const kept = Object.entries(labels).filter(([name]) => !name.startsWith('__'))
  return kept.length === 0 ? null : Object.fromEntries(kept)
}

function hasScheme(address: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(address)
}

/** `?` and `#` in the path are encoded, as Prometheus does. */
function pathOf(labels: Labels): string {
  const path = labelValue(labels, '__metrics_path__') ?? ''
  const encoded = path.replaceAll('?', '%3F').replaceAll('#', '%23')
  return encoded === '' || encoded.startsWith('/') ? encoded : `/${encoded}`
}

function queryOf(labels: Labels): string {
  const params = new URLSearchParams()
  for (const name of Object.keys(labels).toSorted()) {
    const value = name.startsWith(PARAM) ? labelValue(labels, name) : undefined
    if (value !== undefined && name !== PARAM) params.append(name.slice(PARAM.length), value)
  }
  return params.size === 0 ? '' : `?${params.toString()}`
}

function labelDuration(labels: Labels, name: string): number | undefined {
  const text = labelValue(labels, name)
  if (text === undefined) return undefined
  try {
    return parsePrometheusDuration(text)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new RangeError(`${name} is ${error.message}`, { cause: error })
  }
}

/** The value of a label; undefined if it is empty, which means the same as no label in Prometheus. */
function labelValue(labels: Labels, name: string): string | undefined {
  const value = Object.hasOwn(labels, name) ? labels[name] : ''
  return value === '' ? undefined : value
}
