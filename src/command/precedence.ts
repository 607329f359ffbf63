import { isOn } from '../settings/flag.ts'
import type { Flag } from '../settings/flag.ts'

/** Where the value of a flag can come from, strongest first. */
export const SOURCES = ['line', 'environment', 'configuration', 'default'] as const

export type Source = (typeof SOURCES)[number]

/** The value of a flag. */
export interface Setting {
  readonly value: unknown
  readonly source: Source
  /** What set it, as in messages: `--interval`, `HEADCOUNT_INTERVAL`, `interval`. */
  readonly name: string
  /** The start of messages about it: `FILE:LINE:COLUMN` in a configuration, otherwise `error`. */
  readonly place: string
}

/** Whether the first comes from a stronger source. */
export function isStronger({ source }: Setting, other: Setting): boolean {
  return SOURCES.indexOf(source) < SOURCES.indexOf(other.source)
}

/** The flags that one source sets, by name. */
export type Layer = ReadonlyMap<string, Setting>

/**
 * The value of each flag, by name. The strongest source that sets a flag counts, also if it turns a switch off, and for all values of
 * a repeatable flag. Two exceptions: headers of the configuration are kept unless a stronger source has one of the same name; and of
 * switches that exclude each other, the one that the strongest source turns on turns the others off.
 */
export function resolveSettings(flags: readonly Flag[], layers: Readonly<Record<Source, Layer>>): Layer {
  const settled = new Map<string, Setting>()
  for (const flag of flags) {
    const given = SOURCES.flatMap((source) => layers[source].get(flag.name) ?? [])
    const [first, ...others] = given.filter((setting) => !isOverruled(flag, setting, layers))
    if (first === undefined) continue
    const configured = others.find(({ source }) => source === 'configuration')
    const combined =
      flag.combine !== null && configured !== undefined
        ? { ...first, value: flag.combine(configured.value, first.value) }
        : first
    settled.set(flag.name, combined)
  }
  return settled
}

/** Whether a stronger source turns on another switch that excludes this one. */
function isOverruled(
  { conflicts }: Flag,
  { value, source }: Setting,
  layers: Readonly<Record<Source, Layer>>,
): boolean {
  const before = SOURCES.slice(0, SOURCES.indexOf(source))
  return isOn(value) && before.some((one) => conflicts.some((other) => isOn(layers[one].get(other)?.value)))
}
