import { redactUrl } from '../resource/redact-url.ts'
import type { Url } from '../resource/resource.ts'
import { parseDuration, writeDuration } from './durations.ts'
import { MAX_BYTES, parseBytes, writeBytes } from './byte-size.ts'
import { parseHeaderValue } from './headers.ts'
import { parseJsonCheck } from './json-check.ts'
import type { JsonCheck } from './json-check.ts'
import { checkPattern } from './pattern.ts'
import { parsePrometheusDuration } from './prometheus-duration.ts'
import { MAX_COUNT, parseCountOrShare } from './count-or-share.ts'
import type { CountOrShare } from './count-or-share.ts'
import { MAX_STORAGE, MIN_STORAGE, parseStorageSize } from './storage-size.ts'
import { parseUrlValue } from './url-value.ts'
import {
  parseAccept,
  parseChoiceOf,
  parseFileName,
  parseInteger,
  parseListName,
  parsePositiveDuration,
  parseSwitch,
} from './values.ts'

/** A kind of value: how it is read wherever it can be given, and how the documentation and the schema describe it. */
export interface ValueType<Value = unknown> {
  /**
   * `directory`: what paths in the text are relative to; by default the working directory. Throws a RangeError that does not quote the
   * text if it may be a secret.
   */
  readonly parse: (text: string, directory?: string) => Value
  /** Its form in a configuration, as JSON Schema (draft 7). The definitions are in schema/config.schema.json. */
  readonly schema: Readonly<Record<string, unknown>>
  /** What it is, in Markdown. */
  readonly text: string
  /** Parses the value of a label in a list of Prometheus; without it, `parse` does. */
  readonly parseLabel?: (text: string) => Value
  /** Whether a configuration can also give it as a list, which is joined with commas. */
  readonly isList?: boolean
  /** Whether the value can be `/EXPRESSION/`, with spaces in it. */
  readonly isPattern?: boolean
  /** Whether the order of several values counts, also beside those of other settings, so that the same can be given again. */
  readonly isOrdered?: boolean
  /** Whether its parser reads escapes, so that those between double quotes are left to it. */
  readonly keepsEscapes?: boolean
  /** A value as it can be written, without secrets; without it, the value as a text. */
  show?(value: Value): string
}

/** What stands for a value that may be a secret. */
export const HIDDEN = '…'

/** A value that is replaced with environment variables. */
export const SUBSTITUTED = { $ref: '#/definitions/substituted' }

/** A duration in ms. */
export const DURATION: ValueType<number> = {
  parse: parseDuration,
  schema: { $ref: '#/definitions/duration' },
  text: 'a duration',
  parseLabel: parsePrometheusDuration,
  show: writeDuration,
}

/** A duration of 1 ms or more, in ms. */
export const TIME: ValueType<number> = {
  ...DURATION,
  parse: parsePositiveDuration,
  schema: { $ref: '#/definitions/time' },
  text: 'a duration above 0',
}

/** On or off. */
export const SWITCH: ValueType<boolean> = {
  parse: parseSwitch,
  schema: { $ref: '#/definitions/switch' },
  text: '`on` or `off`',
  show: (value) => (value ? 'on' : 'off'),
}

/** Statuses as inclusive ranges. */
export const STATUSES: ValueType<readonly (readonly [from: number, to: number])[]> = {
  parse: parseAccept,
  schema: {
    anyOf: [
      { $ref: '#/definitions/statuses' },
      { type: 'array', items: { $ref: '#/definitions/statuses' }, minItems: 1 },
    ],
  },
  text: 'statuses such as `2xx,401` or `200..=204`',
  isList: true,
  show: (ranges) => ranges.map(([from, to]) => (from === to ? `${from}` : `${from}..=${to}`)).join(),
}

/** The value of a header. */
export const HEADER_VALUE: ValueType<string> = {
  parse: parseHeaderValue,
  schema: { $ref: '#/definitions/value' },
  text: 'text',
}

/** The path of a file. */
export const FILE_NAME: ValueType<string> = {
  parse: parseFileName,
  schema: { $ref: '#/definitions/path' },
  text: 'the path of a file',
}

/** The name of a list. In a configuration, lists have the key `files`. */
export const LIST_NAME: ValueType<string> = {
  parse: parseListName,
  schema: { $ref: '#/definitions/file' },
  text: 'the path or URL of a list',
}

/** A URL that is polled. */
export const URL_VALUE: ValueType<Url> = {
  parse: parseUrlValue,
  schema: { type: 'string' },
  text: 'a URL',
  show: redactUrl,
}

/** Whole numbers from `min` to `max`. */
export function integer(min: number, max: number): ValueType<number> {
  return {
    parse: (text) => parseInteger(text, min, max),
    schema: { anyOf: [{ type: 'integer', minimum: min, maximum: max }, SUBSTITUTED] },
    text: `a whole number from ${min} to ${max}`,
  }
}

/** A number of things, or a share of them. */
export const COUNT_OR_SHARE: ValueType<CountOrShare> = {
  parse: parseCountOrShare,
  schema: {
    anyOf: [
      { type: 'integer', minimum: 0, maximum: MAX_COUNT },
      { type: 'string', pattern: String.raw`^\d{1,9}((\.\d+)?%)?$|\$\{` },
    ],
  },
  text: 'a whole number, or a percentage such as `5%`',
}

/** One of `choices`. */
export function choiceOf<Choice extends string>(choices: readonly Choice[]): ValueType<Choice> {
  return {
    parse: parseChoiceOf(choices),
    schema: { anyOf: [{ enum: choices }, SUBSTITUTED] },
    text: choices.map((choice) => `\`${choice}\``).join(' or '),
  }
}

/** A size in bytes, from 1 to 64 MiB. */
export const BYTES: ValueType<number> = {
  parse: parseBytes,
  schema: {
    anyOf: [
      { type: 'integer', minimum: 1, maximum: MAX_BYTES },
      { type: 'string', pattern: String.raw`^\d{1,9}([kKMm](i?B)?|B)?$|\$\{` },
    ],
  },
  text: 'a size such as `64KiB` or `1MiB`',
  show: writeBytes,
}

/** A size on a disk in bytes, from 1 MB. */
export const STORAGE_SIZE: ValueType<number> = {
  parse: parseStorageSize,
  schema: {
    anyOf: [
      { type: 'integer', minimum: MIN_STORAGE, maximum: MAX_STORAGE },
      { type: 'string', pattern: String.raw`^\d{1,15}([kmgtKMGT]i?[bB]|[bB])?$|\$\{` },
    ],
  },
  text: 'a size such as `512MB` or `2GB`',
}

/** A text that is contained, or `/EXPRESSION/FLAGS`. */
export const PATTERN: ValueType<string> = {
  parse: checkPattern,
  schema: { $ref: '#/definitions/value' },
  text: 'text or `/expression/`',
  isPattern: true,
}

/** A check of JSON at a path. */
export const JSON_CHECK: ValueType<JsonCheck> = {
  parse: parseJsonCheck,
  schema: { type: 'string', minLength: 1 },
  text: 'a JSONPath, perhaps with `=`, `!=`, `<` or `>` and a value',
}
