import { allCases } from '../compare/polls/cases.ts'
import { PEERS } from '../compare/polls/row.ts'
import type { Peer, Row } from '../compare/polls/row.ts'
import { FIXED_SEED, recorded, rowOf } from '../compare/polls/record.ts'
import { RULES, ruleFor } from '../compare/polls/rules.ts'
import { code, table } from './markdown.ts'

/** What was asked: the groups of cases, how many each has, and in how many of them a peer says something else. */
export function comparedTable(): string {
  const rows = recordedRows()
  const groups = [...new Set(rows.map(groupOf))]
  const { versions } = recorded()
  const line = PEERS.map((peer) => `${peer} ${versions[peer]}`).join(', ')
  const cells = groups.map((group) => {
    const own = rows.filter((row) => groupOf(row) === group)
    const asked = PEERS.map((peer) => String(own.filter(({ theirs }) => theirs[peer] !== undefined).length))
    return [
      group,
      String(own.length),
      ...asked,
      String(own.filter(({ different }) => different.length > 0).length),
    ]
  })
  const sums = cells.reduce(
    (sum, row) => sum.map((count, at) => count + Number(row[at + 1])),
    Array.from({ length: PEERS.length + 2 }, () => 0),
  )
  const head = ['cases', 'headcount', ...PEERS, 'differences']
  return `${table(head, [...cells, ['all', ...sums.map(String)]])}\nRecorded with ${line}.`
}

/** The cases in which a peer says something else. */
export function differenceTable(): string {
  const rows = recordedRows().filter(({ different }) => different.length > 0)
  return table(
    ['case', 'headcount', ...PEERS, 'why'],
    rows.map((row) => [
      row.one.name,
      code(row.ours),
      ...PEERS.map((peer) => cell(row, peer)),
      [...new Set(row.different.map((peer) => titleOf(row, peer)))].join(', '),
    ]),
  )
}

/** Why, for each title of a rule. */
export function whyList(): string {
  const titles = [...new Set(RULES.map(({ title }) => title))]
  return titles
    .map((title) => `- **${title}**: ${RULES.find((rule) => rule.title === title)?.why}\n`)
    .join('')
}

function recordedRows(): Row[] {
  const cases = new Map(allCases(FIXED_SEED).map((one) => [one.name, one]))
  return recorded().rows.map((row) => {
    const one = cases.get(row[0])
    if (one === undefined) throw new Error(`${row[0]} is recorded, but no case: npm run compare -- --record`)
    return rowOf(one, row)
  })
}

function groupOf({ one }: Row): string {
  return one.name.slice(0, one.name.indexOf(':'))
}

function cell({ theirs, different }: Row, peer: Peer): string {
  const said = theirs[peer]
  if (said === undefined) return '–'
  return different.includes(peer) ? code(said) : 'same'
}

function titleOf(row: Row, peer: Peer): string {
  const rule = ruleFor(row, peer)
  if (rule === undefined) throw new Error(`nobody can say why ${peer} differs in ${row.one.name}`)
  return rule.title
}
