import { RECEIVER_TYPES } from '../../src/alerts/receivers/receiver-types.ts'
import type { ReceiverKey, ReceiverType } from '../../src/alerts/receivers/receiver-type.ts'

/** JSON Schemas by key. */
type Properties = Readonly<Record<string, unknown>>

const VALUE = { $ref: '#/definitions/value' }

/** The JSON Schema (draft 7) of `receivers:`, made from the table of types. */
export function receiversSchema(): Properties {
  return {
    description: 'Where notifications are sent to, by name.',
    type: 'object',
    maxProperties: 1_000,
    propertyNames: { pattern: '^[A-Za-z0-9_.-]{1,60}$' },
    additionalProperties: {
      type: 'object',
      additionalProperties: false,
      properties: {
        ...Object.fromEntries(RECEIVER_TYPES.map((type) => [type.name, typeSchema(type)])),
        fallback: described('Another receiver, which gets what this one could not be told.', VALUE),
        'fallback-after': described(
          'How long this one is tried before the fallback gets it. Default: 5m.',
          VALUE,
        ),
        'per-minute': {
          description: 'The most notifications in a minute. Default: 60.',
          anyOf: [
            { type: 'integer', minimum: 1, maximum: 60_000 },
            { type: 'string', pattern: '^[1-9]\\d{0,4}$|\\$\\{' },
          ],
        },
      },
      oneOf: RECEIVER_TYPES.map(({ name }) => ({ required: [name] })),
    },
  }
}

/** A map of its keys, or the value of its main key. */
function typeSchema({ name, keys, mainKey }: ReceiverType): Properties {
  const entries = Object.entries(keys)
  const required = entries.filter(([, { isRequired }]) => isRequired).map(([key]) => key)
  const map = {
    type: 'object',
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
    properties: Object.fromEntries(entries.map(([one, key]) => [one, keySchema(key)])),
  }
  const isEnough = required.every((key) => key === mainKey)
  const text = `Notifications are sent by ${name}.`
  return isEnough
    ? described(`${text} Its ${mainKey}, or a map.`, {
        anyOf: [valueSchema(keys[mainKey] as ReceiverKey), map],
      })
    : described(text, map)
}

function keySchema(key: ReceiverKey): Properties {
  const isSecret = key.isSecret ? ' A secret: ${NAME} or @FILE.' : ''
  return described(`${key.text.charAt(0).toUpperCase()}${key.text.slice(1)}.${isSecret}`, valueSchema(key))
}

function valueSchema({ takes, isRequired }: ReceiverKey): Properties {
  if (takes === 'text') return VALUE
  const least = isRequired ? 1 : 0
  return takes === 'list'
    ? { anyOf: [VALUE, { type: 'array', minItems: least, items: VALUE }] }
    : { type: 'object', minProperties: least, additionalProperties: VALUE }
}

/** In draft 7, a schema with `$ref` can't have a description beside it. */
function described(description: string, schema: Properties): Properties {
  return '$ref' in schema ? { description, allOf: [schema] } : { description, ...schema }
}
