import type { Sender } from '../../src/alerts/sender.ts'
import type { KeyValue, ReceiverType, SenderContext } from '../../src/alerts/receivers/receiver-type.ts'

type Given = string | readonly string[] | Readonly<Record<string, string>>

/** The settings of a receiver, parsed by its own keys as the configuration does it. */
export function settingsFor(
  type: ReceiverType,
  given: Readonly<Record<string, Given>>,
  directory = '/',
): Record<string, unknown> {
  const settings: Record<string, unknown> = {}
  for (const [key, { takes, isRequired, parse, absent }] of Object.entries(type.keys)) {
    const value = given[key]
    const read = (text: string, name = ''): unknown => parse({ text, name, directory } satisfies KeyValue)
    if (value === undefined && isRequired) throw new RangeError(`${key} is missing`)
    if (value === undefined) settings[key] = absent
    else if (takes === 'text') settings[key] = read(value as string)
    else if (takes === 'list')
      settings[key] = [value as string | readonly string[]].flat().map((text) => read(text))
    else settings[key] = Object.entries(value).map(([name, text]) => [name, read(text as string, name)])
  }
  type.check(settings)
  return structuredClone(settings)
}

/** A Sender with these settings. `ca`: certificates to trust. */
export function senderFor(
  type: ReceiverType,
  given: Readonly<Record<string, Given>>,
  { ca = null, directory = '/', ...others }: Partial<SenderContext> & { readonly directory?: string } = {},
): Sender {
  return type.create(settingsFor(type, given, directory), {
    receiver: 'ops',
    userAgent: 'headcount/test',
    ca,
    timeZone: 'UTC',
    ...others,
  })
}

/** A signal that never aborts. */
export const NO_LIMIT = new AbortController().signal
