import { parseAddresses, parseFamily, parseServerName, parseSocketPath, parseSource } from './addresses.ts'
import type { Url } from '../resource/resource.ts'
import { parseDuration } from './durations.ts'
import { parseFingerprint } from './fingerprint.ts'
import { MAX_BYTES, parseBytes } from './byte-size.ts'
import { parseHeaderValue } from './headers.ts'
import { parseJsonCheck } from './json-check.ts'
import type { JsonCheck } from './json-check.ts'
import { checkPattern } from './pattern.ts'
import { parseListenAddress } from './listen-address.ts'
import type { ListenAddress } from './listen-address.ts'
import { parseProxySetting } from './proxy.ts'
import type { ProxySetting } from './proxy.ts'
import { parsePrometheusDuration } from './prometheus-duration.ts'
import { parseUrlValue } from './url-value.ts'
import {
  parseAccept,
  parseChoiceOf,
  parseFileName,
  parseInteger,
  parseListName,
  parsePositiveDuration,
  parseResolver,
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
}

/** A value that is replaced with environment variables. */
export const SUBSTITUTED = { $ref: '#/definitions/substituted' }

/** A duration in ms. */
export const DURATION: ValueType<number> = {
  parse: parseDuration,
  schema: { $ref: '#/definitions/duration' },
  text: 'a duration',
  parseLabel: parsePrometheusDuration,
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
  text: 'statuses such as `200..=299,401`',
  isList: true,
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

/** Where to accept connections. */
export const LISTEN_ADDRESS: ValueType<ListenAddress> = {
  parse: parseListenAddress,
  schema: {
    anyOf: [
      { type: 'integer', minimum: 0, maximum: 65_535 },
      { type: 'string', pattern: '^((localhost|[0-9.]+|\\[[0-9a-fA-F:.]+\\]):)?[0-9]{1,5}$' },
      SUBSTITUTED,
    ],
  },
  text: '`port` or `ip:port`',
}

/** The name of a list. In a configuration, lists have the key `files`. */
export const LIST_NAME: ValueType<string> = {
  parse: parseListName,
  schema: { $ref: '#/definitions/file' },
  text: 'the path or URL of a list',
}

/** The address of a DNS server. */
export const RESOLVER: ValueType<string> = {
  parse: parseResolver,
  schema: { $ref: '#/definitions/resolver' },
  text: '`ip` or `ip:port`',
}

/** The SHA-256 of a certificate or of a public key, as 64 hex digits. */
export const FINGERPRINT: ValueType<string> = {
  parse: parseFingerprint,
  schema: {
    anyOf: [
      {
        type: 'string',
        pattern: '^([sS][hH][aA]256(//|:))?([0-9a-fA-F]{2}(:?[0-9a-fA-F]{2}){31}|[A-Za-z0-9+/]{43}=?)$',
      },
      SUBSTITUTED,
    ],
  },
  text: 'a SHA-256 fingerprint, in hex or base64',
}

/** A URL that is polled. */
export const URL_VALUE: ValueType<Url> = { parse: parseUrlValue, schema: { type: 'string' }, text: 'a URL' }

/** A version of TLS. */
export const TLS_VERSION: ValueType<'1.2' | '1.3'> = {
  ...choiceOf(['1.2', '1.3']),
  // In YAML, 1.2 is a number.
  schema: { anyOf: [{ enum: [1.2, 1.3, '1.2', '1.3'] }, SUBSTITUTED] },
}

/** IP addresses. */
export const ADDRESSES: ValueType<readonly string[]> = {
  parse: parseAddresses,
  schema: {
    anyOf: [
      { $ref: '#/definitions/addresses' },
      { type: 'array', items: { $ref: '#/definitions/addresses' }, minItems: 1 },
    ],
  },
  text: 'IP addresses such as `192.0.2.1,2001:db8::1`',
  isList: true,
}

/** An address family: 0 for whichever answers, `both` for each of the two. */
export const FAMILY: ValueType<0 | 4 | 6 | 'both'> = {
  parse: parseFamily,
  schema: { anyOf: [{ enum: [4, 6, '4', '6', 'both', 'any'] }, SUBSTITUTED] },
  text: '`4`, `6`, `both` or `any`',
}

/** The name in a certificate. */
export const SERVER_NAME: ValueType<string> = {
  parse: parseServerName,
  schema: { type: 'string', pattern: '^[^\\s/?#@]+$|\\$\\{' },
  text: 'a host name',
}

/** A local address, or the name of a network interface. */
export const SOURCE: ValueType<string> = {
  parse: parseSource,
  schema: { type: 'string', pattern: '^[^\\s/]+$|\\$\\{' },
  text: 'a local IP address, or an interface such as `eth0`',
}

/** A proxy; null: none. */
export const PROXY: ValueType<ProxySetting | null> = {
  parse: (text) => parseProxySetting(text),
  schema: {
    type: 'string',
    pattern: '^(none|env|([hH][tT][tT][pP][sS]?|[sS][oO][cC][kK][sS]5[hH]?)://.+|[^/\\s]+:[0-9]+)$|\\$\\{',
  },
  text: 'the URL of a proxy, `env` or `none`',
}

/** The path of a Unix socket. */
export const SOCKET_PATH: ValueType<string> = {
  parse: parseSocketPath,
  schema: { type: 'string', pattern: '^/|\\$\\{' },
  text: 'an absolute path',
}

/** Whole numbers from `min` to `max`. */
export function integer(min: number, max: number): ValueType<number> {
  return {
    parse: (text) => parseInteger(text, min, max),
    schema: { anyOf: [{ type: 'integer', minimum: min, maximum: max }, SUBSTITUTED] },
    text: `a whole number from ${min} to ${max}`,
  }
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
