import type { Sender } from '../sender.ts'

/** One value of a key in the configuration, after `${NAME}` and `@FILE` have been replaced. */
export interface KeyValue {
  readonly text: string
  /** The name that it has in a map; '' elsewhere. */
  readonly name: string
  /** The directory of the configuration, which paths are relative to. */
  readonly directory: string
}

/** A key of a type of receivers. T: what the settings hold under it. */
export interface ReceiverKey<T = unknown> {
  /** `text`: one value. `list`: a list of values; one value is a list of one. `map`: a value for each name. */
  readonly takes: 'text' | 'list' | 'map'
  /** A secret is never shown, not in reasons either, and may stand in a file: `@FILE`. */
  readonly isSecret: boolean
  readonly isRequired: boolean
  /** What a value is, in Markdown, for the docs. */
  readonly text: string
  /** Parses one value. Throws a RangeError with a clause, which does not quote a secret. */
  readonly parse: (value: KeyValue) => unknown
  /** What the settings hold without the key. */
  readonly absent: T
}

type Keys = Readonly<Record<string, ReceiverKey>>

/** The settings that keys make: the parsed value of a text, the values of a list, the [name, value] pairs of a map. */
type SettingsOf<K extends Keys> = {
  readonly [Name in keyof K]: K[Name] extends ReceiverKey<infer T> ? T : never
}

/** What senders know besides their settings. */
export interface SenderContext {
  /** The name of the receiver in the configuration. */
  readonly receiver: string
  readonly userAgent: string
  /** Certificates to trust besides the system's (PEM); null: none. */
  readonly ca: string | null
  /** Of the times in messages, such as `Europe/Berlin`; without it, that of this process. */
  readonly timeZone?: string
  /** The URLs and groups whose alerts of a group were told, and whose end was not; absent: nobody knows. */
  readonly firing?: (groupKey: string) => ReadonlySet<string>
}

/** What a type of receivers is, given its keys. */
interface TypeOf<K extends Keys> {
  /** The key that names it in the configuration. */
  readonly name: string
  readonly keys: K
  /** The key that has the value when it is one text, as in `webhook: 'https://example/hook'`. */
  readonly mainKey: keyof K & string
  /** Checks values together. Throws a RangeError with a clause. */
  readonly check?: (settings: SettingsOf<K>) => void
  /** What to warn about at the start: clauses without secrets. */
  readonly warnings?: (settings: SettingsOf<K>) => readonly string[]
  /** It opens nothing before the first notification. */
  readonly create: (settings: SettingsOf<K>, context: SenderContext) => Sender
}

/** A row of the table of receivers. Settings are a plain object that can be cloned; its keys are those of `keys`, all of them. */
export interface ReceiverType {
  readonly name: string
  readonly keys: Keys
  readonly mainKey: string
  check(settings: Readonly<Record<string, unknown>>): void
  warnings(settings: Readonly<Record<string, unknown>>): readonly string[]
  create(settings: Readonly<Record<string, unknown>>, context: SenderContext): Sender
}

/** Makes a row. The settings that it gets are those that its own keys have parsed. */
export function receiverType<K extends Keys>({ check, warnings, create, ...row }: TypeOf<K>): ReceiverType {
  return {
    ...row,
    check: (settings) => check?.(settings as SettingsOf<K>),
    warnings: (settings) => warnings?.(settings as SettingsOf<K>) ?? [],
    create: (settings, context) => create(settings as SettingsOf<K>, context),
  }
}

interface KeyOptions {
  /** Default: false. */
  readonly isSecret?: boolean
  /** Of a list or map. Default: false. */
  readonly isRequired?: boolean
}

/** A key that must be there, with one value. */
export function requiredKey<T>(
  text: string,
  parse: (value: KeyValue) => T,
  { isSecret = false }: KeyOptions = {},
): ReceiverKey<T> {
  // Never read: a configuration without the key is refused.
  return { takes: 'text', text, parse, isSecret, isRequired: true, absent: undefined as T }
}

/** A key with one value. `absent`: its default. */
export function optionalKey<T, U extends T | null>(
  text: string,
  parse: (value: KeyValue) => T,
  absent: U,
  { isSecret = false }: KeyOptions = {},
): ReceiverKey<T | U> {
  return { takes: 'text', text, parse, isSecret, isRequired: false, absent }
}

/** A key with a list of values. */
export function listKey<T>(
  text: string,
  parse: (value: KeyValue) => T,
  { isSecret = false, isRequired = false }: KeyOptions = {},
): ReceiverKey<readonly T[]> {
  return { takes: 'list', text, parse, isSecret, isRequired, absent: [] }
}

/** A key with a map of names to values. */
export function mapKey<T>(
  text: string,
  parse: (value: KeyValue) => T,
  { isSecret = false, isRequired = false }: KeyOptions = {},
): ReceiverKey<readonly (readonly [name: string, value: T])[]> {
  return { takes: 'map', text, parse, isSecret, isRequired, absent: [] }
}
