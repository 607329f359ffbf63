import test from 'ava'
import { reasonHelp } from '../../src/state/reason-help.ts'
import { REASON_FACTS } from '../../src/state/reasons.ts'
import type { Reason } from '../../src/state/reasons.ts'

const REASONS = Object.keys(REASON_FACTS) as Reason[]

test('what a reason means and what to do is plain text', (t) => {
  for (const reason of REASONS) {
    const { meaning, action } = reasonHelp(reason)
    t.notRegex(`${meaning} ${action}`, /[`[\]]|\.\.|\bdetail\b| {2}[A-Z]|As for/, reason)
    t.not(meaning, '', reason)
    t.is(action === '', reason === 'ok', reason)
  }
})

test('a status that is right for one URL is accepted on its line', (t) => {
  t.regex(reasonHelp('status').action, /, put accept=2xx,401 on its line \(--accept is for all URLs\)\.$/)
})

test('what is done as for another reason is that', (t) => {
  t.is(reasonHelp('closed').action, reasonHelp('reset').action)
  t.is(reasonHelp('refused').action, 'Check that the server runs, and on which address it listens.')
})
