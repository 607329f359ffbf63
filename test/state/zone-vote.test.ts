import test from 'ava'
import type { Verdict } from '../../src/resource/resource.ts'
import { countVotes, isDecided, outcomeOf } from '../../src/state/zone-vote.ts'

const VERDICTS_OF: Readonly<Record<string, Verdict>> = { u: 'up', d: 'down', n: 'unknown', '-': 'pending' }
const votesOf = (zones: string) => countVotes([...zones].map((one) => VERDICTS_OF[one] as Verdict))

for (const [zones, outcome] of [
  ['u', 'up'],
  ['d', 'down'],
  ['n', 'unknown'],
  ['ud', 'up'],
  ['dd', 'down'],
  ['ddu', 'down'],
  ['duu', 'up'],
  ['dduu', 'up'],
  ['dddu', 'down'],
  ['nd', 'down'],
  ['nu', 'up'],
  ['nnu', 'up'],
  ['nud', 'up'],
  ['nnn', 'unknown'],
  ['-d', 'down'],
] as const)
  test(`zones that say ${zones} make it ${outcome}`, (t) => {
    t.is(outcomeOf(votesOf(zones)), outcome)
  })

test('it is decided when no zone that is missing could make it another', (t) => {
  const all = ['', 'u', 'd', 'n'].flatMap((a) =>
    ['', 'u', 'd', 'n'].flatMap((b) => ['', 'u', 'd'].map((c) => a + b + c)),
  )
  for (const said of all)
    for (const missing of ['-', '--', '---']) {
      const outcome = outcomeOf(votesOf(said))
      const results = new Set(completions(missing.length).map((rest) => outcomeOf(votesOf(said + rest))))
      t.is(isDecided(votesOf(said + missing)), results.size === 1 && results.has(outcome), said + missing)
    }
  t.true(isDecided(votesOf('n')))
})

/** All that so many zones can say. */
function completions(count: number): string[] {
  if (count === 0) return ['']
  return completions(count - 1).flatMap((rest) => ['u', 'd', 'n'].map((one) => one + rest))
}
