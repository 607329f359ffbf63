import type { Alert } from '../alert.ts'
import type { AlertRule } from '../alert-rule.ts'
import type { Maintenance } from './mutes.ts'
import type { CompileMatch } from './silences.ts'

/** What the planner gets from outside. */
export interface PlannerOptions {
  readonly rules: readonly AlertRule[]
  readonly maintenance: Maintenance
  /** For silences. */
  readonly compileMatch: CompileMatch
  /** Makes a key of 32 characters from a text: the same text, the same key. */
  readonly hash: (text: string) => string
  /** Random, and the same for the life of a state file, so that ids are never those of another file. */
  readonly instance: string
  /** An alert that fires as it is now, if that is known. */
  readonly current: (alert: Alert) => Alert
  /** The page that shows these alerts; '' without a page. */
  readonly linkTo: (alerts: readonly Alert[]) => string
  /**
   * How far the clock of the machine is ahead of the one that is never set, in ms: it goes on while the machine is suspended. Silences,
   * maintenance and the times that people see follow it. Default: always 0.
   */
  readonly wallOffset?: () => number
}
