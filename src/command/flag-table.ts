import { GROUPS } from './flag.ts'
import type { Flag, ValuesOf } from './flag.ts'
import { POLLER_FLAGS } from './poller-flags.ts'
import type { Layer } from './precedence.ts'
import { RUN_FLAGS } from './run-flags.ts'

/**
 * All flags, in the order of their groups. To add one, add a row to one of the two tables: the command line, the help, the
 * environment, the keys of a configuration, the options and the documentation are made from the rows.
 */
export const FLAGS: readonly Flag[] = [...RUN_FLAGS, ...POLLER_FLAGS].toSorted(
  (one, other) => GROUPS.indexOf(one.group) - GROUPS.indexOf(other.group),
)

/** The values of the flags, each checked on its own. Times in ms. */
export interface Flags {
  readonly run: ValuesOf<typeof RUN_FLAGS>
  readonly poller: ValuesOf<typeof POLLER_FLAGS>
}

/** The values that `settings` holds. */
export function flagsOf(settings: Layer): Flags {
  return { run: valuesOf(RUN_FLAGS, settings), poller: valuesOf(POLLER_FLAGS, settings) }
}

function valuesOf<Rows extends readonly Flag[]>(rows: Rows, settings: Layer): ValuesOf<Rows> {
  const entries = rows.map(({ field, name, initial }) => [field, settings.get(name)?.value ?? initial])
  return Object.fromEntries(entries) as ValuesOf<Rows>
}
