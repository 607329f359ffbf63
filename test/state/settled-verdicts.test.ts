import test from 'ava'
import type { ResourceId, Verdict } from '../../src/resource/resource.ts'
import type { Thresholds } from '../../src/resource/settling-rules.ts'
import { SettledVerdicts } from '../../src/state/settled-verdicts.ts'
import { settleByModel } from '../helpers/settle-model.ts'
import { seeded } from '../helpers/random.ts'

const ID = 3 as ResourceId

/** The settled verdict after each answer, as `u`, `d` or `p`. */
function verdictsOf(answers: string, rules: Thresholds): string {
  const verdicts = new SettledVerdicts()
  const names: Readonly<Record<string, Verdict>> = { u: 'up', d: 'down', '?': 'unknown' }
  return [...answers]
    .map((answer) => verdicts.add(ID, 0, names[answer] as Verdict, rules).verdict.charAt(0))
    .join('')
}

test('the first poll settles, and others when they are enough', (t) => {
  const rules = { downAfter: 3, upAfter: 2 }
  t.is(verdictsOf('dduuddudddudduu', rules), 'ddduuuuuudddddu')
  t.is(verdictsOf('udududud', rules), 'uuuuuuuu')
  t.is(verdictsOf('ududd', { downAfter: 1, upAfter: 2 }), 'udddd')
})

test('a poll that is unknown neither counts nor ends a row', (t) => {
  const rules = { downAfter: 3, upAfter: 2 }
  t.is(verdictsOf('?', rules), 'p')
  t.is(verdictsOf('?d', rules), 'pd')
  t.is(verdictsOf('ud?d?d', rules), 'uuuuud')
})

test('another URL with the same id begins anew, and other ids are not touched', (t) => {
  const verdicts = new SettledVerdicts()
  const rules = { downAfter: 2, upAfter: 2 }
  verdicts.add(ID, 0, 'up', rules)
  verdicts.add(5000 as ResourceId, 0, 'down', rules)
  t.like(verdicts.add(ID, 1, 'down', rules), { verdict: 'down', consecutive: 1 })
  t.like(verdicts.get(ID, 0), { verdict: 'pending' })
  t.like(verdicts.get(5000 as ResourceId, 0), { verdict: 'down', consecutive: 1 })
  t.like(verdicts.get(6000 as ResourceId, 0), { verdict: 'pending' })
})

test('random answers and thresholds give what the model gives', (t) => {
  const seed = 20_261_128
  const random = seeded(seed)
  for (let run = 0; run < 2_000; run++) {
    const rules = { downAfter: 1 + random.below(5), upAfter: 1 + random.below(5) }
    const ups = random.next()
    const answers = Array.from({ length: 30 }, () => {
      if (random.below(6) === 0) return 'unknown'
      return random.next() < ups ? 'up' : 'down'
    })
    const verdicts = new SettledVerdicts()
    const found = answers.map((answer) => {
      const { verdict, consecutive } = verdicts.add(ID, 7, answer, rules)
      return answer === 'unknown' ? ['unknown', 0] : [verdict, consecutive]
    })
    t.deepEqual(found, settleByModel(answers, rules), `seed ${seed}, run ${run}: ${answers.join()}`)
  }
})
