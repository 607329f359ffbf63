import { wholeExpression } from '../../settings/pattern.ts'
import type { MaintenanceWindow } from '../alert-rule.ts'
import { compileMatch } from '../engine/compile-match.ts'
import { MaintenanceCalendar } from '../plan/maintenance.ts'

/** The maintenance windows of a configuration, ready to be asked. */
export function maintenanceCalendar(windows: readonly MaintenanceWindow[]): MaintenanceCalendar {
  return new MaintenanceCalendar(windows, (match) => compileMatch(match, wholeExpression))
}
