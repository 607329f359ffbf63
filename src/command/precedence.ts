import type { Flag } from '../settings/flag.ts'

/** Where the value of a flag can come from: each takes the place of those after it. */
export const SOURCES = ['line', 'environment', 'configuration', 'default'] as const

export type Source = (typeof SOURCES)[number]

/** The value of a flag. */
export interface Setting {
  readonly value: unknown
  readonly source: Source
  /** What set it, as messages name it: `--interval`, `HEADCOUNT_INTERVAL`, `interval`. */
  readonly name: string
  /** Where messages about it begin: `FILE:LINE:COLUMN` in a configuration, else `error`. */
  readonly place: string
}

/** What one source says of flags, by their names. */
export type Layer = ReadonlyMap<string, Setting>

/**
 * The value of each flag, by its name. The first source that says anything of a flag holds, also when it turns a switch off and
 * when the flag takes several values. Two exceptions: a flag that can be combined (headers) adds what is configured under other
 * names, and of switches of which only one can be on, the one that is turned on by the first source turns the others off.
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

/** Whether a source that comes before turns on another switch that can't be on with this one. */
function isOverruled(
  { conflicts }: Flag,
  { value, source }: Setting,
  layers: Readonly<Record<Source, Layer>>,
): boolean {
  const before = SOURCES.slice(0, SOURCES.indexOf(source))
  return (
    value === true && before.some((one) => conflicts.some((other) => layers[one].get(other)?.value === true))
  )
}
