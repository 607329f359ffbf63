import { unfitBeside } from './both-families.ts'
import { clientCertificates } from './client-certificates.ts'
import { PEM_EXAMPLE } from './pem.ts'
import { addItem, mergeOverrides } from './url-options.ts'
import type { Overrides } from './url-options.ts'
import { OverrideError, parseOverride } from './override.ts'
import { NO_BODY, readsBody } from './reads-body.ts'

/** The settings of one URL or of a group of URLs. */
export interface UrlSettings {
  /** Null: none, the flags apply. */
  readonly overrides: Overrides | null
  /** Null: none. */
  readonly labels: Readonly<Record<string, string>> | null
}

/** No settings. */
export const NO_URL_SETTINGS: UrlSettings = { overrides: null, labels: null }

/**
 * The most bytes that labels in one place (a line, a group of a configuration or of a list) can take as JSON in UTF-8. The labels of a
 * URL and of its group together fit into one text of the Resource table, 65,535 bytes.
 */
export const MAX_LABEL_BYTES = 30_000

/** Collects settings, given as keys and values. */
export class UrlSettingsBuilder {
  /** The keys so far, by their `uniqueKey`. */
  readonly #keysByUniqueKey = new Map<string, string>()
  #overrides: Overrides = {}
  readonly #labels: [name: string, value: string][] = []
  #labelBytes = 0
  readonly #directory: string | undefined

  /** `directory`: what paths in settings are relative to; by default the working directory. */
  constructor(directory?: string) {
    this.#directory = directory
  }

  /** Throws an OverrideError if the key or the value is invalid, or the same setting was given before. */
  add(key: string, value: string): void {
    const override = parseOverride(key, value, this.#directory)
    const { uniqueKey } = override
    const earlierKey = uniqueKey === null ? undefined : this.#keysByUniqueKey.get(uniqueKey)
    if (earlierKey !== undefined)
      throw new OverrideError('key', `${key}: already set${earlierKey === key ? '' : ` by ${earlierKey}`}`)
    if (uniqueKey !== null) this.#keysByUniqueKey.set(uniqueKey, key)
    if (override.type === 'label') this.#addLabel(override.name, override.value)
    else if (override.type === 'item') this.#overrides = addItem(this.#overrides, override)
    else this.#overrides = mergeOverrides(this.#overrides, override.overrides)
    if (this.#overrides.method === 'HEAD' && readsBody(this.#overrides))
      throw new OverrideError('value', `${key}: ${NO_BODY}`)
    const unfit = unfitBeside(this.#overrides)
    if (unfit !== null) throw new OverrideError('value', `${key}: ${unfit}`)
    if (key === 'cert' || key === 'key') this.#usePair(key)
  }

  /** Which setting is missing among those so far, for people; null: none. */
  get missing(): string | null {
    const { cert = null, key = null } = this.#overrides
    if ((cert === null) === (key === null)) return null
    const [given, missing] = cert === null ? ['key', 'cert'] : ['cert', 'key']
    return `${given}: ${missing} is needed too, ${PEM_EXAMPLE}`
  }

  #usePair(named: string): void {
    const { cert = null, key = null } = this.#overrides
    if (cert === null || key === null) return
    try {
      clientCertificates.use(cert, key)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new OverrideError('value', `${named}: ${error.message}`, error)
    }
  }

  #addLabel(name: string, value: string): void {
    this.#labelBytes += Buffer.byteLength(JSON.stringify({ [name]: value }))
    if (this.#labelBytes > MAX_LABEL_BYTES)
      throw new OverrideError('value', `label: the labels take more than ${MAX_LABEL_BYTES} bytes as JSON`)
    this.#labels.push([name, value])
  }

  /** All settings so far. */
  get settings(): UrlSettings {
    return {
      overrides: Object.keys(this.#overrides).length === 0 ? null : this.#overrides,
      // fromEntries, since assigning to `__proto__` would not make a label.
      labels: this.#labels.length === 0 ? null : Object.fromEntries(this.#labels),
    }
  }
}

/**
 * Merges the settings of a group into those of its URLs. The URL's own settings win, header by header and label by label. URLs that share
 * one object of overrides share the merged object too.
 */
export function mergeDefaults(group: UrlSettings): (own: UrlSettings) => UrlSettings {
  const merged = new WeakMap<Overrides, Overrides>()
  return ({ overrides, labels }) => {
    if (overrides !== null && group.overrides !== null && !merged.has(overrides))
      merged.set(overrides, mergeOverrides(group.overrides, overrides))
    return {
      overrides: overrides === null ? group.overrides : (merged.get(overrides) ?? overrides),
      labels: mergeLabels(group.labels, labels),
    }
  }
}

function mergeLabels(group: UrlSettings['labels'], own: UrlSettings['labels']): UrlSettings['labels'] {
  if (group === null || own === null) return own ?? group
  return Object.fromEntries([...Object.entries(group), ...Object.entries(own)])
}
