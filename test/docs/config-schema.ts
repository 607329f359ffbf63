import { configFlags } from '../../src/command/config-flags.ts'
import { configKeys } from '../../src/config/top-level.ts'
import type { Flag } from '../../src/settings/flag.ts'
import { LABEL } from '../../src/settings/named-setting.ts'
import type { UrlSetting } from '../../src/settings/url-setting-table.ts'
import { receiversSchema } from './receivers-schema.ts'
import { defaultOf, meaningOf } from './flag-docs.ts'

/** JSON Schemas by key. */
export type Properties = Readonly<Record<string, unknown>>

type Property = [key: string, schema: Properties]

/** Keys whose schema is written by hand, since no flag has a value of their form. */
const HAND_WRITTEN: ReadonlySet<string> = new Set([
  'alerts',
  'maintenance',
  'heartbeat',
  'aws',
  'oauth2',
  'public',
  'urls',
  'files',
  'groups',
  '<<',
])

/** The schemas of the keys of a configuration; those written by hand are taken from `current`. */
export function configProperties(current: Properties, flags: readonly Flag[]): Properties {
  const keys = new Set(configKeys(configFlags(flags)))
  const properties = flags.map((flag) => propertyOf(flag)).filter(([key]) => keys.has(key))
  return { ...Object.fromEntries(properties), receivers: receiversSchema(), ...handWritten(current) }
}

/** The schemas of the keys of a group; those written by hand are taken from `current`. */
export function groupProperties(current: Properties, settings: readonly UrlSetting[]): Properties {
  const labels: Property = [LABEL.mapKey, withDescription(sentence(LABEL.help), LABEL.schema)]
  const properties = [...settings.map((setting) => propertyOf(setting)), labels]
  return { ...Object.fromEntries(properties), ...handWritten(current) }
}

function handWritten(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => HAND_WRITTEN.has(key)))
}

function propertyOf(flag: UrlSetting): Property {
  const { name, named, takes, type } = flag
  const meaning = sentence(meaningOf(flag).replace('; repeatable', ''))
  const initial = named === undefined && defaultOf(flag) !== '' ? ` Default: ${defaultOf(flag)}.` : ''
  const isRepeatable = takes === 'values' && named === undefined
  const schema = isRepeatable ? { anyOf: [type.schema, { type: 'array', items: type.schema }] } : type.schema
  return [named?.mapKey ?? name, withDescription(meaning + initial, schema)]
}

/** In draft 7, a schema with `$ref` can't have a description beside it. */
function withDescription(description: string, schema: Properties): Properties {
  return '$ref' in schema ? { description, allOf: [schema] } : { description, ...schema }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
