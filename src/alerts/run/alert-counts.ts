import type { AlertFigures, LabelledCount } from '../../state/alert-figures.ts'
import { isFiring } from '../plan/planner-state.ts'
import type { AlertRow } from '../plan/planner-state.ts'

/** How many alerts fire by rule and kind, and how many of them are muted. */
export function countAlerts(rows: readonly AlertRow[]): Pick<AlertFigures, 'firing' | 'muted'> {
  let muted = 0
  const counts = new Map<string, [labels: readonly string[], count: number]>()
  let entry: [labels: readonly string[], count: number] | null = null
  for (const row of rows) {
    if (!isFiring(row)) continue
    if (row.phase === 'muted') muted += 1
    const { rule, kind } = row.alert
    // Those of one group follow one another, and there may be 100,000 of them.
    if (entry === null || entry[0][0] !== rule || entry[0][1] !== kind) {
      const key: string = JSON.stringify([rule, kind])
      entry = counts.get(key) ?? [[rule, kind], 0]
      counts.set(key, entry)
    }
    entry[1] += 1
  }
  const firing: readonly LabelledCount[] = [...counts.values()]
  return { firing, muted }
}
