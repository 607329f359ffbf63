import test from 'ava'
import { failure } from '../../src/poll/attempt/failure.ts'
import { REASON_FACTS, REASONS } from '../../src/state/reasons.ts'
import { effectTable, reasonTable } from '../docs/reason-docs.ts'

test('reasons keep their codes: new ones go to the end', (t) => {
  t.is(
    REASONS.slice(0, 19).join(' '),
    'ok status dns refused unreachable reset closed timeout tls-expired tls-not-yet-valid tls-hostname ' +
      'tls-untrusted tls-version tls protocol overflow redirect policy local',
  )
})

test('a failure without a detail has the text of its reason', (t) => {
  t.is(failure('refused').detail, REASON_FACTS.refused.text)
  t.is(failure('refused', 'no').detail, 'no')
})

test('a new row is in the tables of the documentation', (t) => {
  const row = {
    verdict: 'down',
    text: 'short and stout',
    answered: true,
    meaning: 'Tea.',
    action: 'Pour.',
  } as const
  const reasons = { ...REASON_FACTS, teapot: row }
  t.true(reasonTable(reasons).includes('| `teapot` | `down` | Tea. | Pour. |\n'))
  t.true(effectTable(reasons).includes('| `teapot` | short and stout | no | 0 | no |\n'))
})

test('every reason says what to do, unless there is nothing to do', (t) => {
  for (const reason of REASONS) {
    const { verdict, meaning, action } = REASON_FACTS[reason]
    t.true(meaning.endsWith('.'), reason)
    t.is(action === '', verdict === 'up', reason)
  }
})
