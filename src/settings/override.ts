import type { Overrides } from './overrides.ts'
import { quote } from './quote.ts'
import { parseDuration } from './durations.ts'
import { checkHeaderName, parseHeaderValue } from './headers.ts'
import { closestName } from './closest-name.ts'
import { parseAccept, parseMethod, parseSwitch, parsePositiveDuration, parseInteger } from './values.ts'

/** What can be said of one URL by one key, and the field that it sets. */
const OPTION_PARSERS: ReadonlyMap<string, (text: string) => Overrides> = new Map(
  Object.entries({
    interval: (text) => ({ intervalMs: parsePositiveDuration(text) }),
    'error-backoff': (text) => ({ errorBackoffMs: parseDuration(text) }),
    'max-backoff': (text) => ({ maxBackoffMs: parseDuration(text) }),
    timeout: (text) => ({ timeoutMs: parsePositiveDuration(text) }),
    method: (text) => ({ method: parseMethod(text) }),
    'get-fallback': (text) => ({ getFallback: parseSwitch(text) }),
    'max-redirects': (text) => ({ maxRedirects: parseInteger(text, 0, 100) }),
    accept: (text) => ({ accept: parseAccept(text) }),
    'user-agent': (text) => ({ userAgent: parseHeaderValue(text) }),
    'keep-alive': (text) => ({ keepAlive: parseSwitch(text) }),
    insecure: (text) => ({ insecure: parseSwitch(text) }),
    ipv4: (text) => ({ family: parseSwitch(text) ? 4 : 0 }),
    ipv6: (text) => ({ family: parseSwitch(text) ? 6 : 0 }),
    http2: (text) => ({ http2: parseSwitch(text) }),
    recheck: (text) => ({ recheck: parseSwitch(text) }),
  } satisfies Record<string, (text: string) => Overrides>),
)

/** The keys that can be said of one URL, besides `header.NAME` and `label.NAME`. */
export const OVERRIDE_KEYS: readonly string[] = [...OPTION_PARSERS.keys()]

/** One thing that is said of one URL, checked. `uniqueKey`: two of the same text can't both be said. */
export type Override = { readonly uniqueKey: string } & (
  | { readonly type: 'option'; readonly overrides: Overrides }
  | { readonly type: 'header'; readonly header: readonly [name: string, value: string] }
  | { readonly type: 'label'; readonly name: string; readonly value: string }
)

/** Why something can't be said of a URL: a clause for a person, without the value, which may be a secret. */
export class OverrideError extends RangeError {
  /** What is wrong: the key or its value. */
  readonly part: 'key' | 'value'

  constructor(at: 'key' | 'value', why: string, cause?: unknown) {
    super(why, { cause })
    this.name = 'OverrideError'
    this.part = at
  }
}

/**
 * What `key` and `value` say of one URL: `interval` and `10s`, `header.X-Key` and its value, `label.team` and `web`. Throws
 * an OverrideError.
 */
export function parseOverride(key: string, value: string): Override {
  const [, kind, name] = /^(header|label)\.(.*)$/su.exec(key) ?? []
  if (kind === 'header') return parseHeaderOverride(name as string, value)
  if (kind === 'label') return parseLabelOverride(name as string, value)
  const parse = OPTION_PARSERS.get(key)
  if (parse === undefined) throw new OverrideError('key', unknownKeyMessage(key))
  const overrides = parseWithPrefix('value', `${key}: `, () => parse(value))
  return { type: 'option', uniqueKey: Object.keys(overrides).join(), overrides }
}

function parseHeaderOverride(name: string, value: string): Override {
  if (name === '') throw new OverrideError('key', 'a header needs a name: header.NAME=value')
  parseWithPrefix('key', 'header: ', () => checkHeaderName(name, 'user-agent'))
  const header = [name, parseWithPrefix('value', `header.${name}: `, () => parseHeaderValue(value))] as const
  return { type: 'header', uniqueKey: `header.${name.toLowerCase()}`, header }
}

function parseLabelOverride(name: string, value: string): Override {
  if (name === '') throw new OverrideError('key', 'a label needs a name: label.NAME=value')
  if (UNPRINTABLE.test(name)) throw new OverrideError('key', 'label: the name has an invisible character')
  if (UNPRINTABLE.test(value)) throw new OverrideError('value', 'label: the value has a control character')
  return { type: 'label', uniqueKey: `label.${name}`, name, value }
}

/** Control characters and halves of characters: what no label needs, and no terminal shows as it is. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029]/u

function parseWithPrefix<T>(at: 'key' | 'value', prefix: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof RangeError) throw new OverrideError(at, prefix + error.message, error)
    throw error
  }
}

function unknownKeyMessage(key: string): string {
  const meant = closestName(key, [...OVERRIDE_KEYS, 'header.', 'label.'])
  if (meant !== null) return `unknown option ${quote(key)}: did you mean ${quote(meant)}?`
  return `unknown option ${quote(key)}: use one of ${OVERRIDE_KEYS.join(', ')}, header.NAME and label.NAME`
}
