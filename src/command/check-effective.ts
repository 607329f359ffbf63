import type { FormatName } from '../print/text/formats.ts'
import { isOn } from '../settings/flag.ts'
import type { Flag } from '../settings/flag.ts'
import { FlagsError } from './flags-error.ts'
import type { Layer } from './precedence.ts'

/** The flags that can make others useless. */
export interface RunMode {
  readonly check: boolean
  readonly plan: boolean
  readonly once: boolean
  readonly format: FormatName
  readonly outputs: readonly unknown[]
  readonly listen: unknown
  readonly history: string | null
  readonly cluster: unknown
}

const USELESS_WITHOUT_POLLS = [
  'format',
  'output',
  'changes',
  'once',
  'status-interval',
  'duration',
  'external-url',
  'metrics-urls',
  'otlp',
  'history-size',
  'alert-state',
]

/** Flags that have no effect together with others. Somebody who types one most likely meant something else. */
const INEFFECTIVE_FLAGS: readonly {
  readonly flags: readonly string[]
  readonly when: (mode: RunMode) => boolean
  readonly why: string
}[] = [
  {
    flags: USELESS_WITHOUT_POLLS,
    when: ({ check }) => check,
    why: 'it has no effect with --check, which polls nothing',
  },
  {
    // With --check, these two say whether rules for uptime can fire.
    flags: [...USELESS_WITHOUT_POLLS, 'listen', 'history', 'probe-config', 'web-config', 'web-prefix'],
    when: ({ plan }) => plan,
    why: 'it has no effect with --plan, which polls nothing',
  },
  {
    flags: ['changes', 'status-interval', 'error-backoff', 'max-backoff', 'allow-shrink'],
    when: ({ once }) => once,
    why: 'it has no effect with --once, which polls each URL a single time',
  },
  {
    flags: ['retries', 'retry-delay', 'fail-fast', 'max-down', 'strict'],
    when: ({ once }) => !once,
    why: 'it has no effect without --once',
  },
  {
    flags: ['web-prefix'],
    when: ({ check }) => check,
    why: 'it has no effect with --check, which polls nothing',
  },
  {
    flags: ['web-config', 'web-prefix'],
    when: ({ listen, check }) => listen === null && !check,
    why: 'it has no effect without --listen',
  },
  {
    flags: ['probe-config'],
    when: ({ listen, check }) => listen === null && !check,
    why: 'it has no effect without --listen, which serves /probe',
  },
  {
    flags: ['cluster-name', 'node', 'zone', 'cluster-auth', 'cluster-cacert', 'cluster-cert', 'cluster-key'],
    when: ({ cluster }) => cluster === null,
    why: 'it has no effect without --cluster',
  },
  {
    flags: ['alert-state'],
    when: ({ cluster }) => cluster !== null,
    why: 'it has no effect with --cluster: the server has the state of alerts',
  },
  {
    flags: ['history-size'],
    when: ({ listen, history, once }) => history === null && (listen === null || once),
    why: 'it has no effect without --history, or --listen without --once',
  },
  {
    flags: ['changes', 'status-interval'],
    when: ({ format, outputs }) => format === 'quiet' && outputs.length === 0,
    why: 'it has no effect with --format quiet, which prints nothing: add --output, or use another format',
  },
  {
    flags: ['changes', 'status-interval'],
    when: ({ format, outputs }) => format === 'table' && outputs.length === 0,
    why: 'it has no effect on the table: add --output, or use --format log or json',
  },
]

/**
 * Throws a FlagsError for a flag of the command line that has no effect. The environment and a configuration are not checked: they
 * serve many runs.
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

/** Throws a FlagsError if two switches are on of which only one can be. A configuration is checked where it is read. */
export function checkConflicts(settings: Layer, flags: readonly Flag[]): void {
  for (const { name, conflicts } of flags) {
    const setting = settings.get(name)
    const other = conflicts.find((one) => isOn(settings.get(one)?.value))
    if (
      setting !== undefined &&
      isOn(setting.value) &&
      setting.source !== 'configuration' &&
      other !== undefined
    )
      throw new FlagsError(name, `it cannot be used with --${other}`)
  }
}
