import type { Format } from '../print/text/monitor-options.ts'
import type { Layer } from './precedence.ts'

/** Flags that do not go together, or files that they name and that can't be used. The message is a clause for a person. */
export class FlagsError extends Error {
  /** The flag that it is about; null: none of them. */
  readonly flag: string | null

  constructor(flag: string | null, why: string, cause?: unknown) {
    super(why, { cause })
    this.name = 'FlagsError'
    this.flag = flag
  }
}

/** What a run does, as far as flags can be useless in it. */
export interface RunMode {
  readonly check: boolean
  readonly plan: boolean
  readonly once: boolean
  readonly format: Format
  readonly output?: string
}

/** Flags that do nothing beside others: what is typed in vain is a mistake, and most likely something else was meant. */
const INEFFECTIVE_FLAGS: readonly {
  readonly flags: readonly string[]
  readonly when: (mode: RunMode) => boolean
  readonly why: string
}[] = [
  {
    flags: ['format', 'output', 'changes', 'once', 'status-interval', 'duration'],
    when: ({ check }) => check,
    why: 'it has no effect with --check, which polls nothing',
  },
  {
    flags: ['format', 'output', 'changes', 'once', 'status-interval', 'duration'],
    when: ({ plan }) => plan,
    why: 'it has no effect with --plan, which polls nothing',
  },
  {
    flags: ['changes', 'status-interval', 'error-backoff', 'max-backoff', 'allow-shrink'],
    when: ({ once }) => once,
    why: 'it has no effect with --once, which polls each URL a single time',
  },
  {
    flags: ['changes', 'status-interval'],
    when: ({ format, output }) => format === 'quiet' && output === undefined,
    why: 'it has no effect with --format quiet, which prints nothing: give --output, or another format',
  },
  {
    flags: ['changes', 'status-interval'],
    when: ({ format, output }) => format === 'table' && output === undefined,
    why: 'it has no effect in the table: give --output, or --format log or json',
  },
]

/**
 * Throws a FlagsError for a flag of the command line that does nothing. The environment and a configuration are not looked at: they
 * hold for many runs.
 */
export function checkEffective(settings: Layer, mode: RunMode): void {
  for (const { flags: names, when, why } of INEFFECTIVE_FLAGS) {
    if (!when(mode)) continue
    const name = names.find((one) => {
      const setting = settings.get(one)
      return setting?.source === 'line' && setting.value !== false
    })
    if (name !== undefined) throw new FlagsError(name, why)
  }
}
