import type { LabelCondition } from '../server/alert-answers.ts'

/** Conditions on labels, as text: `team: web, site: !b`. */
export function conditionsText(match: readonly LabelCondition[]): string {
  return match.map(({ label, value }) => `${label}: ${value}`).join(', ')
}
