import type { AlertRule } from '../alert-rule.ts'

/**
 * How many escalations of a rule count as told when `told` were, each by its receivers, as the rule was then: all up to the last one whose receivers
 * were told, so that one that is put before them does not have others told twice.
 */
export function toldSteps(told: readonly (readonly string[])[], now: AlertRule['escalations']): number {
  if (told.length === 0) return 0
  const left = told.map(keyOf)
  let count = 0
  for (const [index, { to }] of now.entries()) {
    const place = left.indexOf(keyOf(to))
    if (place === -1) continue
    left.splice(place, 1)
    count = index + 1
  }
  return count
}

const keyOf = (to: readonly string[]): string => JSON.stringify(to.toSorted())
