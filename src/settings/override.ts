import { closestName } from './closest-name.ts'
import { LABEL } from './named-setting.ts'
import type { NamedSetting } from './named-setting.ts'
import type { Overrides } from './url-options.ts'
import { quote } from './quote.ts'
import { URL_SETTINGS } from './url-setting-table.ts'
import type { UrlSetting } from './url-setting-table.ts'
import { optionOf } from './url-options.ts'

const SETTINGS: readonly UrlSetting[] = URL_SETTINGS

/** Settings whose key is their name. */
export const PLAIN_SETTINGS: ReadonlyMap<string, UrlSetting> = new Map(
  SETTINGS.filter(({ named }) => named === undefined).map((row) => [row.name, row]),
)

/** Other keys of settings on a line. */
const ALIASES: ReadonlyMap<string, UrlSetting> = new Map(
  SETTINGS.flatMap((row) => (row.alias === undefined ? [] : [[row.alias, row]])),
)

/** Settings whose key is `PREFIX.NAME`, by their prefixes. */
export const NAMED_SETTINGS: ReadonlyMap<string, NamedSetting> = new Map(
  [...SETTINGS.flatMap(({ named }) => named ?? []), LABEL].map((named) => [named.prefix, named]),
)

/** The named settings that are flags, by the names of these. */
export const NAMED_FLAGS: ReadonlyMap<string, NamedSetting> = new Map(
  SETTINGS.flatMap(({ name, named }) => (named === undefined ? [] : [[name, named]])),
)

/** The field that each named setting adds a name and a value to. */
const NAMED_FIELDS = new Map(
  SETTINGS.flatMap(({ named, field }) => (named === undefined ? [] : [[named, field]])),
)

/** Whether the value of this key can be `/EXPRESSION/`, with spaces in it. */
export function takesPattern(key: string): boolean {
  const named = NAMED_SETTINGS.get(/^[a-z]+(?=\.)/.exec(key)?.[0] ?? '')
  return named?.isPattern === true || settingOf(key)?.type.isPattern === true
}

function settingOf(key: string): UrlSetting | undefined {
  return PLAIN_SETTINGS.get(key) ?? ALIASES.get(key)
}

/** Whether the parser of this key reads escapes such as `\\r`. */
export function keepsEscapes(key: string): boolean {
  return PLAIN_SETTINGS.get(key)?.type.keepsEscapes === true
}

/** One setting of a URL, checked. Two with the same `uniqueKey` can't be given together; null: any number can. */
export type Override = { readonly uniqueKey: string | null } & (
  | { readonly type: 'setting'; readonly overrides: Overrides }
  /** One value of a setting that can be given more than once. */
  | { readonly type: 'item'; readonly field: string; readonly value: unknown }
  | { readonly type: 'label'; readonly name: string; readonly value: string }
)

/** An invalid setting. The message is a clause that does not quote the value, which may be a secret. */
export class OverrideError extends RangeError {
  /** Which part is invalid. */
  readonly part: 'key' | 'value'

  constructor(part: 'key' | 'value', why: string, cause?: unknown) {
    super(why, { cause })
    this.name = 'OverrideError'
    this.part = part
  }
}

/**
 * Parses a setting: `interval` and `10s`, `header.X-Key` and its value, `label.team` and `web`. Paths are relative to `directory`, by
 * default the working directory. Throws an OverrideError.
 */
export function parseOverride(key: string, value: string, directory?: string): Override {
  const [, prefix, name] = /^([a-z]+)\.(.*)$/su.exec(key) ?? []
  const named = NAMED_SETTINGS.get(prefix ?? '')
  if (named !== undefined) return parseNamed(named, name as string, value)
  const setting = settingOf(key)
  if (setting === undefined) throw new OverrideError('key', unknownKeyMessage(key))
  const parsed = parseWithPrefix('value', key, () => setting.type.parse(value, directory))
  if (setting.takes === 'values')
    return {
      type: 'item',
      uniqueKey: setting.type.isOrdered === true ? null : `${key}=${value}`,
      field: setting.field,
      value: parsed,
    }
  const overrides = optionOf(setting, parsed)
  return { type: 'setting', uniqueKey: Object.keys(overrides).join(), overrides }
}

function parseNamed(named: NamedSetting, name: string, text: string): Override {
  const { prefix, ignoresCase } = named
  if (name === '') throw new OverrideError('key', `${prefix}: the name is missing: ${prefix}.NAME=value`)
  parseWithPrefix('key', prefix, () => named.checkName(name))
  const value = parseWithPrefix('value', `${prefix}.${name}`, () => named.parseValue(text))
  const uniqueKey = `${prefix}.${ignoresCase ? name.toLowerCase() : name}`
  const field = NAMED_FIELDS.get(named)
  return field === undefined
    ? { type: 'label', uniqueKey, name, value }
    : { type: 'setting', uniqueKey, overrides: { [field]: [[name, value]] } }
}

function parseWithPrefix<T>(part: 'key' | 'value', prefix: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof RangeError) throw new OverrideError(part, `${prefix}: ${error.message}`, error)
    throw error
  }
}

/** A flag that many take for a setting, and what does the same for one URL. */
const FLAG_OF_ALL = {
  name: 'cacert',
  instead: '--cacert FILE is for all URLs; for one, use insecure=on and cert-sha256=FINGERPRINT',
}

function unknownKeyMessage(key: string): string {
  if (key.toLowerCase() === FLAG_OF_ALL.name) return `unknown setting ${quote(key)}: ${FLAG_OF_ALL.instead}`
  const prefixes = [...NAMED_SETTINGS.keys()]
  const meant = closestName(key, [...PLAIN_SETTINGS.keys(), ...prefixes.map((prefix) => `${prefix}.`)])
  if (meant !== null) return `unknown setting ${quote(key)}: did you mean ${quote(meant)}?`
  const known = [...PLAIN_SETTINGS.keys(), ...prefixes.map((prefix) => `${prefix}.NAME`)]
  return `unknown setting ${quote(key)}: use one of ${known.join(', ')}`
}
