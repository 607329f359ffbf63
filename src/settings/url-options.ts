import type { Flag } from './flag.ts'
import { takeTurns } from './talk.ts'
import { URL_SETTINGS } from './url-setting-table.ts'
import type { UrlSetting } from './url-setting-table.ts'

type Settings = (typeof URL_SETTINGS)[number]

type FieldOf<Row extends Settings> = Row extends { sets: { field: infer Field extends string } }
  ? Field
  : Row['field']

type ValueOf<Row extends Settings> = Row extends { sets: { on: infer On; off: infer Off } }
  ? On | Off
  : Row['initial']

/** How to poll one URL: a field for each setting in the table. Times in ms. */
export type UrlOptions = { readonly [Row in Settings as FieldOf<Row>]: ValueOf<Row> }

/** The options that differ from the flags. */
export type Overrides = Partial<UrlOptions>

const SETTINGS: readonly UrlSetting[] = URL_SETTINGS

/** The field of a setting, and what it holds if the setting has this value. */
export function optionOf({ field, sets }: UrlSetting, value: unknown): Overrides {
  return sets === undefined ? { [field]: value } : { [sets.field]: value === true ? sets.on : sets.off }
}

/** The options for the values of flags. Of switches that set the same field, the one that is not at its default counts. */
export function urlOptionsOf(valueOf: (flag: Flag) => unknown): UrlOptions {
  let options: Overrides = {}
  for (const row of SETTINGS) {
    const value = valueOf(row)
    const option = optionOf(row, value)
    if (row.type.isOrdered === true) options = addItems(options, row.field, value as readonly unknown[])
    else options = value === row.initial ? { ...option, ...options } : { ...options, ...option }
  }
  return orderSteps(options) as UrlOptions
}

/** Options whose sends and expects were given as two lists, with them in turns: the order between the lists is not known. */
export function orderSteps(options: Overrides): Overrides {
  return options.talk === undefined ? options : { ...options, talk: takeTurns(options.talk) }
}

/** The fields of settings in options that have others too. */
export function pickUrlOptions(options: UrlOptions): UrlOptions {
  const fields = SETTINGS.map(({ field, sets }) => sets?.field ?? field)
  return Object.fromEntries(
    fields.map((field) => [field, (options as Record<string, unknown>)[field]]),
  ) as UrlOptions
}

/** Adds one value of a setting that can be given more than once, after those that were given before it in the same place. */
export function addItem(
  overrides: Overrides,
  { field, value }: { readonly field: string; readonly value: unknown },
): Overrides {
  return addItems(overrides, field, [value])
}

function addItems(overrides: Overrides, field: string, values: readonly unknown[]): Overrides {
  const before = (overrides as Record<string, unknown>)[field] as readonly unknown[] | undefined
  return { ...overrides, [field]: [...(before ?? []), ...values] }
}

const COMBINED = SETTINGS.filter(({ combine }) => combine !== null)

/** Options with overrides. A field of the overrides replaces that of the options, unless its row combines them. */
export function mergeOverrides<Options extends Overrides>(options: Options, overrides: Overrides): Options {
  const merged: Record<string, unknown> = { ...options, ...overrides }
  for (const { field, combine } of COMBINED) {
    const [lower, higher] = [options, overrides].map((one) => (one as Record<string, unknown>)[field])
    if (lower !== undefined && higher !== undefined) merged[field] = combine?.(lower, higher)
  }
  return merged as Options
}
