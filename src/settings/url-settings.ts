import type { Overrides } from './overrides.ts'
import { OverrideError, parseOverride } from './override.ts'

/** What is said of one URL, or of a group of them, besides the URL. */
export interface UrlSettings {
  /** Null: nothing but what the flags say. */
  readonly overrides: Overrides | null
  /** Null: none. */
  readonly labels: Readonly<Record<string, string>> | null
}

/** Nothing. */
export const NO_URL_SETTINGS: UrlSettings = { overrides: null, labels: null }

/**
 * The most that labels said in one place (a line, a group of a configuration or of a list) can take as JSON in UTF-8, in bytes. Those of
 * a group and of a URL in it fit into one text of the table, 65,535 bytes, together.
 */
export const MAX_LABEL_BYTES = 30_000

/** Collects what is said by keys and values. */
export class UrlSettingsBuilder {
  /** The keys that were said, by what can be said once. */
  readonly #keysByUniqueKey = new Map<string, string>()
  #overrides: Overrides = {}
  readonly #headers: (readonly [name: string, value: string])[] = []
  readonly #labels: [name: string, value: string][] = []
  #labelBytes = 0

  /** Throws an OverrideError when it can't be said, or was before. */
  add(key: string, value: string): void {
    const override = parseOverride(key, value)
    const earlierKey = this.#keysByUniqueKey.get(override.uniqueKey)
    if (earlierKey !== undefined)
      throw new OverrideError('key', `${key}: already set${earlierKey === key ? '' : ` by ${earlierKey}`}`)
    this.#keysByUniqueKey.set(override.uniqueKey, key)
    if (override.type === 'option') this.#overrides = { ...this.#overrides, ...override.overrides }
    else if (override.type === 'header') this.#headers.push(override.header)
    else this.#addLabel(override.name, override.value)
  }

  #addLabel(name: string, value: string): void {
    this.#labelBytes += Buffer.byteLength(JSON.stringify({ [name]: value }))
    if (this.#labelBytes > MAX_LABEL_BYTES)
      throw new OverrideError('value', `label: the labels take more than ${MAX_LABEL_BYTES} bytes as JSON`)
    this.#labels.push([name, value])
  }

  /** All of it. */
  get settings(): UrlSettings {
    const overrides =
      this.#headers.length === 0 ? this.#overrides : { ...this.#overrides, headers: this.#headers }
    return {
      overrides: Object.keys(overrides).length === 0 ? null : overrides,
      // Not by assignment, to which `__proto__` would be no label.
      labels: this.#labels.length === 0 ? null : Object.fromEntries(this.#labels),
    }
  }
}

/**
 * What holds for URLs in a group of which `group` is said, from what is said of each: its own comes first, header by header.
 * Where that is one object for many URLs, so is what holds for them.
 */
export function mergeDefaults(group: UrlSettings): (own: UrlSettings) => UrlSettings {
  const merged = new WeakMap<Overrides, Overrides | null>()
  return ({ overrides, labels }) => {
    if (overrides !== null && !merged.has(overrides))
      merged.set(overrides, mergeOverrides(group.overrides, overrides))
    return {
      overrides: overrides === null ? group.overrides : (merged.get(overrides) ?? null),
      labels: mergeLabels(group.labels, labels),
    }
  }
}

function mergeOverrides(group: Overrides | null, own: Overrides | null): Overrides | null {
  if (group === null || own === null) return own ?? group
  const merged = { ...group, ...own }
  if (group.headers === undefined || own.headers === undefined) return merged
  return { ...merged, headers: mergeHeaders(group.headers, own.headers) }
}

/** Headers, those of `own` in the place of others of their names. */
export function mergeHeaders(
  others: NonNullable<Overrides['headers']>,
  own: NonNullable<Overrides['headers']>,
): NonNullable<Overrides['headers']> {
  const names = new Set(own.map(([name]) => name.toLowerCase()))
  return [...others.filter(([name]) => !names.has(name.toLowerCase())), ...own]
}

function mergeLabels(group: UrlSettings['labels'], own: UrlSettings['labels']): UrlSettings['labels'] {
  if (group === null || own === null) return own ?? group
  return Object.fromEntries([...Object.entries(group), ...Object.entries(own)])
}
