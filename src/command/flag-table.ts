import { GROUPS } from '../settings/flag.ts'
import type { Flag, ValuesOf } from '../settings/flag.ts'
import { urlOptionsOf } from '../settings/url-options.ts'
import type { UrlOptions } from '../settings/url-options.ts'
import { URL_SETTINGS } from '../settings/url-setting-table.ts'
import { POLLER_FLAGS } from '../settings/poller-flags.ts'
import type { PollerFlags } from '../settings/poller-flags.ts'
import type { Layer } from './precedence.ts'
import { RUN_FLAGS } from './run-flags.ts'

/**
 * All flags, in the order of their groups. To add one, add a row to one of the three tables: the command line, the help, the
 * environment, the keys of a configuration, the options and the documentation are made from the rows.
 */
export const FLAGS: readonly Flag[] = [...RUN_FLAGS, ...URL_SETTINGS, ...POLLER_FLAGS].toSorted(
  (one, other) => GROUPS.indexOf(one.group) - GROUPS.indexOf(other.group),
)

/** The values of the flags, each checked on its own. Times in ms. */
export interface Flags {
  readonly run: ValuesOf<typeof RUN_FLAGS>
  readonly url: UrlOptions
  readonly poller: PollerFlags
}

/** The values that `settings` holds. */
export function flagsOf(settings: Layer): Flags {
  const valueOf = ({ name, initial }: Flag) => settings.get(name)?.value ?? initial
  return {
    run: valuesOf(RUN_FLAGS, valueOf),
    url: urlOptionsOf(valueOf),
    poller: valuesOf(POLLER_FLAGS, valueOf),
  }
}

function valuesOf<Rows extends readonly Flag[]>(
  rows: Rows,
  valueOf: (flag: Flag) => unknown,
): ValuesOf<Rows> {
  return Object.fromEntries(rows.map((row) => [row.field, valueOf(row)])) as ValuesOf<Rows>
}
