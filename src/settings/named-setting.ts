import { checkAnswerHeaderName, checkHeaderName, parseHeaderValue } from './headers.ts'
import { checkPattern } from './pattern.ts'
import type { ValueType } from './value-types.ts'

/** A setting whose key has a name in it: `header.NAME=value` on a line, and a map of names and values in a configuration. */
export interface NamedSetting {
  /** The part of the key before the dot. */
  readonly prefix: string
  /** The key of the map in a configuration. */
  readonly mapKey: string
  readonly ignoresCase: boolean
  /** The value can be `/EXPRESSION/`, with spaces in it. */
  readonly isPattern?: true
  /** Its values are never shown. */
  readonly isSecret?: true
  /** What it does, in Markdown. */
  readonly help: string
  /** The map in a configuration, as JSON Schema (draft 7). */
  readonly schema: ValueType['schema']
  /** Throws a RangeError. */
  readonly checkName: (name: string) => void
  /** Throws a RangeError that does not quote the value. */
  readonly parseValue: (value: string) => string
}

/** A header of the request. */
export const HEADER: NamedSetting = {
  prefix: 'header',
  mapKey: 'headers',
  ignoresCase: true,
  isSecret: true,
  help: 'send this header; it replaces a header of that name from the group or the flags',
  schema: { $ref: '#/definitions/headers' },
  checkName: (name) => checkHeaderName(name, 'user-agent'),
  parseValue: parseHeaderValue,
}

/** A header of the answer. */
export const RESPONSE: NamedSetting = {
  prefix: 'response',
  mapKey: 'response',
  ignoresCase: true,
  isPattern: true,
  help: 'the answer must have this header, and its value must contain this text or match this `/expression/`',
  schema: { $ref: '#/definitions/headers' },
  checkName: checkAnswerHeaderName,
  parseValue: checkPattern,
}

/** A label, which appears in the output. */
export const LABEL: NamedSetting = {
  prefix: 'label',
  mapKey: 'labels',
  ignoresCase: false,
  help: 'show this label in the output; any name',
  schema: { type: 'object', additionalProperties: { $ref: '#/definitions/value' } },
  checkName(name) {
    if (UNPRINTABLE.test(name)) throw new RangeError('the name has an invisible character')
  },
  parseValue(value) {
    if (UNPRINTABLE.test(value)) throw new RangeError('the value has a control character')
    return value
  },
}

/** Control characters and unpaired surrogates, which no label needs and terminals do not show. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029]/u
