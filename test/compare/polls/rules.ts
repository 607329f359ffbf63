import type { Case } from './case.ts'
import type { Peer, Row } from './row.ts'
import type { Rule } from './rule.ts'
import { BODY_RULES } from './rules/body-rules.ts'
import { OTHER_RULES } from './rules/other-rules.ts'
import { REQUEST_RULES } from './rules/request-rules.ts'

/** All rules. The first that applies counts. */
export const RULES: readonly Rule[] = [...REQUEST_RULES, ...BODY_RULES, ...OTHER_RULES]

/** The rule for what one peer says of a case; undefined: nobody can say why. */
export function ruleFor({ one, ours, theirs }: Row, peer: Peer): Rule | undefined {
  return RULES.find((rule) => applies(rule, one, peer, ours, theirs[peer] ?? ''))
}

function applies(
  { peers, name, trait, ...said }: Rule,
  one: Case,
  peer: Peer,
  ours: string,
  theirs: string,
): boolean {
  if (!peers.includes(peer) || name?.test(one.name) === false) return false
  if (trait !== undefined && one.traits?.includes(trait) !== true) return false
  return said.ours.test(ours) && said.theirs.test(theirs)
}

/** The rules that explain nothing, by their titles. */
export function unusedRules(rows: readonly Row[]): string[] {
  const used = new Set(rows.flatMap((row) => row.different.map((peer) => ruleFor(row, peer))))
  return RULES.filter((rule) => !used.has(rule)).map(({ title }) => title)
}
