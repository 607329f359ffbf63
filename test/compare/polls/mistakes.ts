import type { Row } from './row.ts'
import { ruleFor } from './rules.ts'

/** The differences that no rule explains, a line each. */
export function mistakesIn(rows: readonly Row[]): string[] {
  return rows.flatMap((row) =>
    row.different
      .filter((peer) => ruleFor(row, peer) === undefined)
      .map((peer) => `${row.one.name}: headcount says "${row.ours}", ${peer} says "${row.theirs[peer]}"`),
  )
}
