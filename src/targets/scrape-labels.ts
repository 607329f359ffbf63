import { URL_SETTINGS } from '../settings/url-setting-table.ts'
import type { UrlSetting } from '../settings/url-setting-table.ts'
import { optionOf } from '../settings/url-options.ts'
import type { Overrides } from '../settings/url-options.ts'
import type { Labels } from './target.ts'

const SETTINGS: readonly UrlSetting[] = URL_SETTINGS

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

/** The overrides that labels such as `__scrape_interval__` set. Null: none. Throws a RangeError. */
export function overridesOf(labels: Labels): Overrides | null {
  const options = SETTINGS.flatMap((setting) => {
    const text = setting.label === undefined ? undefined : labelValue(labels, setting.label)
    return text === undefined ? [] : [optionOf(setting, parseLabel(setting, text))]
  })
  return options.length === 0 ? null : (Object.assign({}, ...options) as Overrides)
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

function parseLabel({ label, type }: UrlSetting, text: string): unknown {
  try {
    return (type.parseLabel ?? type.parse)(text)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new RangeError(`${label}: ${error.message}`, { cause: error })
  }
}

/** The value of a label; undefined if it is empty, which means the same as no label in Prometheus. */
function labelValue(labels: Labels, name: string): string | undefined {
  const value = Object.hasOwn(labels, name) ? labels[name] : ''
  return value === '' ? undefined : value
}
