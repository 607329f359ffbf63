import { isIP } from 'node:net'
import { unitHint } from '../../settings/durations.ts'
import { checkFieldName, parseHeaderValue } from '../../settings/headers.ts'
import { makeExpression } from '../../settings/pattern.ts'
import { isQuoted, parsed } from './read-keys.ts'

// Values of a blackbox.yml, as Go reads them.

const SWITCHES: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'True', 'TRUE', 'y', 'Y', 'yes', 'Yes', 'on', 'On'].map((text) => [text, true] as const),
  ...['false', 'False', 'FALSE', 'n', 'N', 'no', 'No', 'off', 'Off'].map((text) => [text, false] as const),
])

const PLAIN_SWITCH = parsed((text) => {
  const value = SWITCHES.get(text)
  if (value === undefined) throw new RangeError('must be true or false')
  return value
})

/** true or false. In quotes, Go takes only what was a switch in YAML 1.1. */
export const SWITCH: typeof PLAIN_SWITCH = (reader, tree, name) =>
  isQuoted(tree) && tree.type === 'scalar' && /^(?:true|false)$/i.test(tree.text)
    ? void reader.report(tree.offset, `${name}: must be true or false, without quotes`)
    : PLAIN_SWITCH(reader, tree, name)

/** A regular expression of RE2. */
export const REGEXP = parsed((text) => {
  makeExpression(text)
  return text
})

const UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
}

/** The longest deadline of a probe, in ms: one day. */
const MAX_TIMEOUT_MS = 86_400_000

/** A duration, in ms, at least 1 unless it is 0. */
export const DURATION = parsed((text) => {
  if (!/^(\d+(\.\d*)?(ns|us|µs|μs|ms|s|m|h))+$/.test(text))
    throw new RangeError(
      `not a duration${unitHint(text) ?? ' such as 5s, 1m30s or 500ms; the largest unit is h'}`,
    )
  let ms = 0
  for (const [, number, unit = ''] of text.matchAll(/([\d.]+)([a-zµμ]+)/g))
    ms += Number(number) * (UNITS_MS[unit] ?? 0)
  if (ms > MAX_TIMEOUT_MS) throw new RangeError('longer than 24h')
  return ms === 0 ? 0 : Math.max(1, Math.round(ms))
})

const SIZE = /^(\d+(?:\.\d*)?)((?:[KMGTPE]i?)?B)/

/** A size in bytes, all of its units powers of 1024; 0 for any. */
export const SIZE_LIMIT = parsed((text) => {
  let rest = text === '0' ? '0B' : text
  let bytes = 0
  do {
    const [part, number, unit = ''] = SIZE.exec(rest) ?? []
    if (part === undefined) throw new RangeError('not a size such as 10MB, 512KB or 100B')
    bytes += Number(number) * 1_024 ** ' KMGTPE'.indexOf(unit.length === 1 ? ' ' : unit.charAt(0))
    rest = rest.slice(part.length)
  } while (rest !== '')
  if (bytes >= 2 ** 63) throw new RangeError('must be below 8EB')
  return Math.floor(bytes)
})

/** A local address. */
export const SOURCE_ADDRESS = parsed((text) => {
  if (isIP(text) === 0) throw new RangeError('not an IP address such as 192.0.2.1')
  return text
})

/** A text with one of these values. */
export function oneOf<const Choice extends string>(...choices: readonly Choice[]) {
  return parsed((text) => {
    const choice = choices.find((one) => one === text)
    if (choice === undefined) throw new RangeError(`must be one of ${choices.filter(Boolean).join(', ')}`)
    return choice
  })
}

/** A name of a table, and its number there. `none`: an empty text is no name. */
export function numberIn(table: ReadonlyMap<string, number>, example: string, none = false) {
  return parsed((text) => {
    if (none && text === '') return null
    const number = table.get(text)
    if (number === undefined) throw new RangeError(`unknown; write a name such as ${example}`)
    return number
  })
}

/** The value of a header. */
export const HEADER_VALUE = parsed(parseHeaderValue)

/** The name of a header. */
export const HEADER_NAME = parsed((text) => {
  if (text === '') throw new RangeError('the name of a header is missing')
  checkFieldName(text)
  return text
})
